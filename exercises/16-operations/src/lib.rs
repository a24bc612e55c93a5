//! Exercises of chapter 16. `cargo run -- check ex16` shows the next open one.

pub mod e1_what_they_see;
pub mod e2_left_behind;
pub mod e3_not_all_at_once;
pub mod e4_buckets;
