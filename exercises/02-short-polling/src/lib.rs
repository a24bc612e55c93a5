//! Exercises of chapter 2. `cargo run -- check ex02` shows the next open one.

pub mod e1_since;
pub mod e2_cut_off;
pub mod e3_row;
