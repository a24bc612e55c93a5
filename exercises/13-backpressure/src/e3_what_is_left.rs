//! A reader takes nothing for a while. What does it get when it comes back? Six times, write
//! it down before you run it.
//!
//! The outbox is the chapter's own, with room for **three** frames and any number of bytes.
//! All is about one room. What is put into it, in this order:
//!
//! ```text
//! 1   drop the oldest   messages 1, 2, 3, 4, 5
//! 2   close             messages 1, 2, 3, 4
//! 3   close             "ann is here", message 1, "bob is here", "ann is gone"
//! 4   close             message 1, "ann types", "bob types", message 2, message 3
//! 5   drop the oldest   messages 1, 2, 3, 4; then the reader takes two things;
//!                       then messages 5, 6, 7
//! 6   drop the oldest   the answer "welcome", the answer "joined", messages 1, 2, 3
//! ```
//!
//! Write what the reader gets as words, one for each thing that it takes: `"1"` for message
//! 1, `"2 missing"` for a notice that two are missing, `"ann here"`, `"ann gone"`,
//! `"ann types"`, `"welcome"`, `"joined"`; and `"closed"` if the outbox has overflowed. In
//! scene 5, what it takes in the middle comes first.

/// What a reader gets.
pub type Heard = &'static [&'static str];

/// Your prediction: the six scenes, in their order.
pub fn prediction() -> [Heard; 6] {
    todo!("write down what the reader gets, before you run it")
}
