//! A line that is made of requests: chapter 19's server keeps what it tells until the client
//! says that it has it. Eight requests follow each other, a second between them. What does
//! each of them bring? Write it down before you run it.
//!
//! At the other end of this line is a program that says `a`, `b`, `c` and `d` as soon as
//! somebody is there, and then says back whatever it hears. The client asks:
//!
//! ```text
//! 1  GET  …/poll?after=0
//! 2  GET  …/poll?after=0
//! 3  GET  …/poll?after=2
//! 4  GET  …/poll?after=1
//! 5  POST …/say   {"n": 1, "messages": ["x", "y"]}
//! 6  POST …/say   {"n": 2, "messages": ["y", "z"]}
//! 7  POST …/say   {"n": 5, "messages": ["w"]}
//! 8  GET  …/poll?after=4
//! ```
//!
//! Write the status, and behind it the messages that the answer brings, if any: `200 a b` for
//! two messages, `200` for an answer without one, `204`, `400` for a request that makes no
//! sense, `404` for a line that is not there, `409` for one that does not fit what was before.
//!
//! The checks ask the chapter's server, and compare.

/// Your prediction: the eight answers.
pub fn prediction() -> [&'static str; 8] {
    todo!("write down the answers, before you run it")
}
