//! Exercises of chapter 4. `cargo run -- check ex04` shows the next open one.

pub mod e1_chunks;
pub mod e2_flush;
pub mod e3_lines;
pub mod e4_held;
