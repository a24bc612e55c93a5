//! Solutions to the exercises of chapter 2. Try first: the checks tell you more than a
//! solution does.

pub mod e1_since;
pub mod e2_cut_off;
pub mod e3_row;
