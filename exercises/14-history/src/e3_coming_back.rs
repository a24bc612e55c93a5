//! Five clients come back to a room. For each write down what it hears, before you run it.
//!
//! In the room `harbour`, ada has said `one`, `two` and `three`. Her program has chosen
//! `b81e0c` by chance when it started, and counts behind that: the ids are `b81e0c-1`,
//! `b81e0c-2` and `b81e0c-3`, and no other program of hers will use them.
//!
//! The scenes follow each other: what is done in one is there in the next. Each client speaks
//! version 2, has said hello, and does this:
//!
//! ```text
//! 1  joins the room
//! 2  joins it after 1
//! 3  joins it after 7: it was there before the log was put back to a copy of yesterday
//! 4  is ada again: joins after 3, and says "four" with the id b81e0c-4; its connection was
//!    cut before, and it does not know that "four" has arrived: in the log it is number 4
//! 5  joins after 1; between scene 4 and this, ada has deleted "two"
//! ```
//!
//! Write what it hears in words, one for each message of the server and in their order:
//! `joined 3`, `message 2 two`, `gap 4 7`, `accepted 4`, `edited 5 2` (number 5 changes
//! number 2), `deleted 5 2`; a message without a text is `message 2`. Who comes and goes is
//! left out.
//!
//! The checks play it with the chapter's server, and compare.

/// Your prediction: what is heard in each of the five scenes.
pub fn prediction() -> [&'static [&'static str]; 5] {
    todo!("write down what is heard, before you run it")
}
