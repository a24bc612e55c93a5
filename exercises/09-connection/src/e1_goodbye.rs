//! A server gets a Close frame. Write `goodbye`: what it answers, and what its application
//! is told.
//!
//! You get the frame's payload, unmasked; chapter 7 has seen to it that it has at most 125
//! bytes. A legal one is empty, or it begins with a code of two bytes, the higher one first,
//! and what follows is a reason in UTF-8, which may be empty.
//!
//! * `answer` is the frame that the server sends: a Close with the same code and no reason,
//!   or without a payload if there was none. A server masks nothing.
//! * `code` and `reason` are what the application is told: those of the peer; 1005 and no
//!   reason if the payload is empty.
//! * If the payload is not a legal one, the connection fails. The answer has the code 1002
//!   for a single byte, and for a code that may not stand there, whatever follows it; it has
//!   1007 if all that is wrong is a reason which is not UTF-8. The application is told 1006,
//!   and no reason.
//!
//! The codes that may stand in a Close frame are 1000 to 1003, 1007 to 1014, and 3000 to
//! 4999. The checks try all 65,536, with a reason and without.

/// What comes of a Close frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goodbye {
    /// The frame that is sent.
    pub answer: Vec<u8>,
    /// The code that the application is told.
    pub code: u16,
    /// The reason that it is told.
    pub reason: String,
}

/// Reads the payload of a Close frame.
pub fn goodbye(payload: &[u8]) -> Goodbye {
    todo!("tell apart an empty payload, a single byte, and a code with a reason")
}
