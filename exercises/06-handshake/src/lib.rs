//! Exercises of chapter 6. `cargo run -- check ex06` shows the next open one.

pub mod e1_answer;
pub mod e2_connection;
pub mod e3_which;
