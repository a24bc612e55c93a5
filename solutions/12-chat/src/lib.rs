//! Solutions to the exercises of chapter 12. Try first: the checks tell you more than a
//! solution does.

pub mod e1_late;
pub mod e2_nobody;
pub mod e3_who_hears;
pub mod e4_windows;
