//! A client reads a stream of JSON lines. Whatever the HTTP library hands on, it gives to
//! `push`, and gets back the messages that are in it. It was written against a server on
//! the same machine, where every message came in a piece of its own. Behind the company's
//! proxy it fails, at a different place each time, and mostly in messages with umlauts.
//!
//! Find out why, and repair it:
//!
//! * where a piece begins and ends means nothing. A message may come in many pieces, a
//!   piece may hold many messages and the half of one more, and a character of two bytes
//!   may lie in two pieces;
//! * an empty line says that somebody is still there. It is no message;
//! * a line of more than `MOST` bytes is `TooLong`, and this is said before its end has
//!   come: a line that never ends must not fill the memory;
//! * `finish` is called at the end of the stream. What is left then was cut off.

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
pub struct Lines {}

impl Lines {
    /// Takes the next piece of the stream and gives the messages that end in it.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Value>, Mistake> {
        let text = str::from_utf8(piece).map_err(|_| Mistake::Malformed)?;
        let messages = text.lines().map(serde_json::from_str);
        messages
            .collect::<Result<_, _>>()
            .map_err(|_| Mistake::Malformed)
    }

    /// Says that the stream has ended.
    pub fn finish(&self) -> Result<(), Mistake> {
        Ok(())
    }
}
