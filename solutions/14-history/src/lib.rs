//! Solutions to the exercises of chapter 14. Try first: the checks tell you more than a
//! solution does.

pub mod e1_together;
pub mod e2_all_at_once;
pub mod e3_coming_back;
pub mod e4_words_come_back;
