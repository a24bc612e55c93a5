//! Exercises of chapter 1. `cargo run -- check ex01` shows the next open one.

pub mod e1_streams;
pub mod e2_answer;
pub mod e3_reader;
