//! Solutions to the exercises of chapter 0. Try first: the checks tell you more than a
//! solution does.

pub mod e1_times;
pub mod e2_measure;
pub mod e3_overhead;
