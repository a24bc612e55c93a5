//! TCP carries bytes, not messages: whoever reads has to find out where one message ends
//! and the next begins. These bytes are one answer and the beginning of another:
//!
//! ```text
//! HTTP/1.1 200 OK\r\n
//! Content-Length: 5\r\n
//! \r\n
//! helloHTTP/1.1 2
//! ```
//!
//! The head ends with the first empty line. The body is as long as the head's
//! `Content-Length` says, and is empty when the head has no such field. The names of
//! fields may be written in upper or lower case, and there may be blanks around a value.
//!
//! Write `measure`. It gets all bytes that have arrived so far, and says how long the first
//! message among them is: how many bytes are its head, with the empty line, and how many
//! its body. As long as the message is not complete it answers `None`. Here the answer is
//! a head of 38 bytes and a body of 5, with or without the ten bytes that follow.

/// The length of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Bytes of the head, with the empty line at its end.
    pub head: usize,
    /// Bytes of the body.
    pub body: usize,
}

/// Measures the first message in `received`; `None` while it is not complete.
pub fn measure(received: &[u8]) -> Option<Message> {
    todo!("find the end of the head, then the length of the body")
}
