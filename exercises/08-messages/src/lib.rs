//! Exercises of chapter 8. `cargo run -- check ex08` shows the next open one.

pub mod e1_gather;
pub mod e2_at_once;
pub mod e3_verdicts;
