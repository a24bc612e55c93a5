//! Bytes are kept until their line is complete, and become text only then.

use serde_json::Value;

/// The longest line that is taken, in bytes, without its line end.
pub const MOST: usize = 1000;

/// Why there are no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// A line that is no JSON.
    Malformed,
    /// A line of more than `MOST` bytes.
    TooLong,
    /// The stream has ended in the middle of a line.
    CutOff,
}

/// Finds the messages in a stream.
#[derive(Debug, Default)]
pub struct Lines {
    /// The beginning of a line whose end has not come yet.
    held: Vec<u8>,
}

impl Lines {
    /// Takes the next piece of the stream and gives the messages that end in it.
    ///
    /// # Errors
    ///
    /// When a line is too long or no JSON: the stream is of no use then.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Value>, Mistake> {
        let mut messages = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let line = part.strip_suffix(b"\n");
            if self.held.len() + line.unwrap_or(part).len() > MOST {
                return Err(Mistake::TooLong);
            }
            self.held.extend_from_slice(line.unwrap_or(part));
            if line.is_some() {
                let line = std::mem::take(&mut self.held);
                if !line.trim_ascii().is_empty() {
                    let message = serde_json::from_slice(&line);
                    messages.push(message.map_err(|_| Mistake::Malformed)?);
                }
            }
        }
        Ok(messages)
    }

    /// Says that the stream has ended.
    ///
    /// # Errors
    ///
    /// When it did so in the middle of a line.
    pub fn finish(&self) -> Result<(), Mistake> {
        match self.held.is_empty() {
            true => Ok(()),
            false => Err(Mistake::CutOff),
        }
    }
}
