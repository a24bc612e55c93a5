//! Exercises of chapter 9. `cargo run -- check ex09` shows the next open one.

pub mod e1_goodbye;
pub mod e2_still_there;
pub mod e3_last_words;
pub mod e4_one_write;
