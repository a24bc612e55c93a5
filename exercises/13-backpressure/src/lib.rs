//! Exercises of chapter 13. `cargo run -- check ex13` shows the next open one.

pub mod e1_drop_the_oldest;
pub mod e2_no_bound;
pub mod e3_what_is_left;
pub mod e4_so_many_a_second;
