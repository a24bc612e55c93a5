//! Exercises of chapter 5. `cargo run -- check ex05` shows the next open one.

pub mod e1_blocks;
pub mod e2_lines;
pub mod e3_dispatch;
