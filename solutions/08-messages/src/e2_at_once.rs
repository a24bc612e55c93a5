//! What can still become text is kept, at most three bytes of it.

/// A text message that arrives in pieces.
#[derive(Debug, Default)]
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
        Self::default()
    }

    /// Takes the next piece.
    ///
    /// # Errors
    ///
    /// The code to close with.
    pub fn push(&mut self, piece: &[u8], end: End) -> Result<(), u16> {
        self.unchecked.extend_from_slice(piece);
        let checked = match str::from_utf8(&self.unchecked) {
            Ok(text) => text.len(),
            // Without a length of the error, the end came too early: more may help.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(1007),
        };
        let text = str::from_utf8(&self.unchecked[..checked]).expect("it was checked");
        self.text.push_str(text);
        self.unchecked.drain(..checked);
        if end == End::OfMessage && !self.unchecked.is_empty() {
            return Err(1007);
        }
        Ok(())
    }
}
