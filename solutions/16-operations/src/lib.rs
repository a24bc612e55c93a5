//! Solutions to the exercises of chapter 16. Try first: the checks tell you more than a
//! solution does.

pub mod e1_what_they_see;
pub mod e2_left_behind;
pub mod e3_not_all_at_once;
pub mod e4_buckets;
