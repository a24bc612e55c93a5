//! Solutions to the exercises of chapter 9. Try first: the checks tell you more than a
//! solution does.

pub mod e1_goodbye;
pub mod e2_still_there;
pub mod e3_last_words;
pub mod e4_one_write;
