//! Solutions to the exercises of chapter 8. Try first: the checks tell you more than a
//! solution does.

pub mod e1_gather;
pub mod e2_at_once;
pub mod e3_verdicts;
