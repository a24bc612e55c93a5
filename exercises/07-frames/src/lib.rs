//! Exercises of chapter 7. `cargo run -- check ex07` shows the next open one.

pub mod e1_frame;
pub mod e2_lengths;
pub mod e3_fates;
