//! Like tungstenite 0.30, this checks the text of a message when a frame is complete, and
//! then looks at all of it. For a message of one frame of 16 MiB whose second byte is wrong
//! that means: 16 MiB are received and kept before anybody says so. The Autobahn Testsuite
//! notes it as *non-strict*, in its cases 6.4.3 and 6.4.4.
//!
//! And it has a second mistake, which tungstenite has not: a message in two frames that is
//! cut within a character is refused.
//!
//! RFC 6455 §8.1 says that the connection is failed when bytes are not UTF-8. Nothing has
//! to be waited for to know that. Repair `push`, so that
//!
//! * the first byte that cannot stand where it does is refused with 1007, by the very `push`
//!   that brings it;
//! * what has been found to be text is in `text`, and neither looked at nor copied again:
//!   `unchecked` holds at most the first three bytes of a character;
//! * a character may be cut in two by the end of a piece, and also by the end of a frame: a
//!   message is checked, not its frames;
//! * a message that ends within a character is refused with 1007.
//!
//! You have `str::from_utf8`, and its error knows what you need.

/// A text message that arrives in pieces.
pub struct TextMessage {
    /// What has come and is UTF-8.
    pub text: String,
    /// What has come after that.
    pub unchecked: Vec<u8>,
}

/// Where a piece ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Within a frame: the network gave no more.
    WithinFrame,
    /// With its frame, and more frames follow.
    OfFrame,
    /// With the last frame of the message.
    OfMessage,
}

impl TextMessage {
    /// Before the first piece.
    pub fn new() -> Self {
        Self {
            text: String::new(),
            unchecked: Vec::new(),
        }
    }

    /// Takes the next piece, or gives the code to close with.
    pub fn push(&mut self, piece: &[u8], end: End) -> Result<(), u16> {
        self.unchecked.extend_from_slice(piece);
        if end == End::WithinFrame {
            return Ok(());
        }
        match str::from_utf8(&self.unchecked) {
            Ok(text) => self.text.push_str(text),
            Err(_) => return Err(1007),
        }
        self.unchecked.clear();
        Ok(())
    }
}

impl Default for TextMessage {
    fn default() -> Self {
        Self::new()
    }
}
