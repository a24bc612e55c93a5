//! Five connections end. For each of them write down, before you run it, which bytes the
//! server writes, and with which code its application is told of the end.
//!
//! The client says (its frames are shown without their masks):
//!
//! ```text
//! 1   ping "a", Close 1000 "bye", ping "b"
//! 2   a text "half" without FIN, Close without a payload
//! 3   a text with the byte ff, Close 1000
//! 4   ping "x", a text "late", Close 1001;
//!     but before any of it comes, the server has sent a Close with 1001
//! 5   Close 1005
//! ```
//!
//! The server is the chapter's `Connection`, and nothing but what is told here is sent by
//! its application. The checks play it and compare.

/// How a connection ends.
pub struct End {
    /// The bytes that the server writes, all of them.
    pub written: &'static [u8],
    /// The code that its application is told.
    pub code: u16,
}

/// Your prediction: the five ends, in their order.
pub fn prediction() -> [End; 5] {
    todo!("write down what is written and what is told, before you run it")
}
