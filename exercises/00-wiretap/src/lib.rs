//! Exercises of chapter 0. `cargo run -- check ex00` shows the next open one.

pub mod e1_times;
pub mod e2_measure;
pub mod e3_overhead;
