//! Exercises of chapter 14. `cargo run -- check ex14` shows the next open one.

pub mod e1_together;
pub mod e2_all_at_once;
pub mod e3_coming_back;
pub mod e4_words_come_back;
