//! Exercises of chapter 12. `cargo run -- check ex12` shows the next open one.

pub mod e1_late;
pub mod e2_nobody;
pub mod e3_who_hears;
pub mod e4_windows;
