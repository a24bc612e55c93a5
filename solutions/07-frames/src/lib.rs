//! Solutions to the exercises of chapter 7. Try first: the checks tell you more than a
//! solution does.

pub mod e1_frame;
pub mod e2_lengths;
pub mod e3_fates;
