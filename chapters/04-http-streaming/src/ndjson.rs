//! Messages in a stream of bytes: JSON, one message a line (`application/x-ndjson`).

use std::fmt;

use bytes::{Buf as _, Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use short_polling::{Event, Gap, Page};

/// One line of a board's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Message {
    /// `{"seq":1,"text":"kick-off"}`: something happened.
    Event(Event),
    /// `{"gap":{"first":1,"last":7}}`: these happened and are no longer kept.
    Gap {
        /// What is missing.
        gap: Gap,
    },
}

impl Message {
    /// Writes the message and the line end. JSON writes a line end inside of a text as
    /// `\n`, so the only LF on the wire is the one that ends the line.
    pub fn put_line(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(&mut *out, self).expect("numbers and texts are JSON");
        out.push(b'\n');
    }

    /// Reads a line, without its line end; `None` for an empty one, which only says that
    /// somebody is still there.
    ///
    /// # Errors
    ///
    /// [`LineError::Malformed`].
    pub fn parse(line: &[u8]) -> Result<Option<Self>, LineError> {
        match line.trim_ascii() {
            [] => Ok(None),
            line => serde_json::from_slice(line)
                .map(Some)
                .map_err(|_| LineError::Malformed),
        }
    }
}

/// The messages of a page as lines, in their order.
pub(crate) fn lines(page: &Page) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(gap) = page.gap {
        Message::Gap { gap }.put_line(&mut out);
    }
    for event in &page.events {
        Message::Event(event.clone()).put_line(&mut out);
    }
    out
}

/// Why a stream has no next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineError {
    /// A line of more than so many bytes.
    TooLong(usize),
    /// A line that is no message.
    Malformed,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(limit) => write!(f, "a line of more than {limit} bytes"),
            Self::Malformed => f.write_str("a line that is no message of a board"),
        }
    }
}

impl std::error::Error for LineError {}

/// Cuts a stream of bytes at its line ends, over as many pieces as a line takes.
#[derive(Debug)]
pub struct LineDecoder {
    limit: usize,
    /// No LF is before this: a line that comes byte by byte is looked at once.
    scanned: usize,
}

impl LineDecoder {
    /// A decoder that takes lines of up to `limit` bytes, without their line ends.
    pub fn new(limit: usize) -> Self {
        Self { limit, scanned: 0 }
    }

    /// Takes the next line out of `buffer`, without its LF; `None` asks for more bytes
    /// and has consumed none. What is left when the stream ends is no line: it was cut off.
    ///
    /// # Errors
    ///
    /// When the line is longer than the limit, before its end has come: the limit is
    /// what an endless line can make a reader hold.
    pub fn decode(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Bytes>, LineError> {
        let new = &buffer[self.scanned..];
        let end = new.iter().position(|byte| *byte == b'\n');
        let length = self.scanned + end.unwrap_or(new.len());
        if length > self.limit {
            return Err(LineError::TooLong(self.limit));
        }
        if end.is_none() {
            self.scanned = length;
            return Ok(None);
        }
        self.scanned = 0;
        let line = buffer.split_to(length).freeze();
        buffer.advance(1);
        Ok(Some(line))
    }
}
