//! Five clients come back to a room. For each write down what it hears, before you run it.
//!
//! In the room `harbour`, ada has said `one`, `two` and `three`. Her program has chosen
//! `b81e0c` by chance when it started, and counts behind that: the ids are `b81e0c-1`,
//! `b81e0c-2` and `b81e0c-3`, and no other program of hers will use them.
//!
//! The scenes follow each other: what is done in one is there in the next. Each client speaks
//! version 2, has said hello, and does this:
//!
//! 1. It joins the room.
//! 2. It joins it after 1.
//! 3. It joins it after 7: it was there before the log was put back to a copy of yesterday.
//! 4. It is ada again, whose connection was cut when she had said `four` with the id
//!    `b81e0c-4`. She does not know that it has arrived: in the log it is number 4. She joins
//!    after 3, and then says it again.
//! 5. It joins after 1. Between scene 4 and this, ada has deleted `two`.
//!
//! Write what it hears in words, one for each message of the server and in their order:
//! `joined 12` (the room is at number 12), `message 13 hello`, `gap 20 25`, `accepted 13`,
//! `edited 14 13` (number 14 changes number 13), `deleted 15 13`; a message without a text
//! is `message 13`. Who comes and goes is left out.
//!
//! The checks play it with the chapter's server, and compare.

/// Your prediction: what is heard in each of the five scenes.
pub fn prediction() -> [&'static [&'static str]; 5] {
    todo!("write down what is heard, before you run it")
}
