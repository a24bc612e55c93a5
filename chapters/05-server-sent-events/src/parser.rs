//! Bytes in, messages out: the whole of WHATWG HTML §9.2.6, without I/O.

use std::borrow::Cow;
use std::time::Duration;

use bytes::{Buf, BytesMut};

use crate::message::{Limits, Message, ParseError};

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Reads an event stream.
///
/// What it gives does not depend on how the bytes were cut into reads. A line that ends
/// with CR is complete at once: the message is not held back until it is known whether an
/// LF follows.
///
/// ```
/// use bytes::BytesMut;
/// use server_sent_events::{Limits, Parser};
///
/// let mut parser = Parser::new(Limits::default());
/// let mut buffer = BytesMut::from("id: 7\ndata: kick-off\n");
/// assert_eq!(parser.decode(&mut buffer), Ok(None));
///
/// buffer.extend_from_slice(b"\n");
/// let message = parser.decode(&mut buffer)?.expect("a blank line has come");
/// assert_eq!(message.data, "kick-off");
/// assert_eq!(parser.last_event_id(), "7");
/// # Ok::<(), server_sent_events::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Parser {
    limits: Limits,
    position: Position,
    /// So much of the unfinished line has been searched for its end.
    searched: usize,
    data: String,
    event_type: String,
    /// The `id` of the block that is being read, and before that of the last one that
    /// had any: it is not reset between blocks.
    id: String,
    last_event_id: String,
    retry: Option<Duration>,
}

/// Where in the stream the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// At the very beginning, where a byte order mark may stand.
    Start,
    /// Right after a CR: an LF here belongs to it.
    AfterCr,
    /// Anywhere else.
    Inside,
}

impl Parser {
    /// A parser for one stream. Every connection needs a new one: an unfinished block
    /// must not be continued by another stream.
    pub fn new(limits: Limits) -> Self {
        Self::resuming(limits, "")
    }

    /// A parser for the continuation of a stream whose last event id was `last_event_id`:
    /// it lasts until the new stream sets another.
    pub fn resuming(limits: Limits, last_event_id: impl Into<String>) -> Self {
        let last_event_id = last_event_id.into();
        Self {
            limits,
            position: Position::Start,
            searched: 0,
            data: String::new(),
            event_type: String::new(),
            id: last_event_id.clone(),
            last_event_id,
            retry: None,
        }
    }

    /// The id to resume with, committed at the last blank line; empty for none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// What the last valid `retry` field of this stream says; `None` when there was none.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Takes complete lines out of `buffer` until a message is complete. `None` asks for
    /// more bytes at the end of `buffer`, where at most an unfinished line is left. When
    /// the stream ends there, so does everything: an unfinished block is discarded.
    ///
    /// # Errors
    ///
    /// When a line or a message is longer than the limits. The stream cannot be read on.
    pub fn decode(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Message>, ParseError> {
        while let Some(line) = self.take_line(buffer)? {
            if line.is_empty() {
                if let Some(message) = self.dispatch() {
                    return Ok(Some(message));
                }
            } else {
                self.process(&line)?;
            }
        }
        Ok(None)
    }

    /// The next line without its end.
    fn take_line(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<BytesMut>, ParseError> {
        if !self.skip_what_is_no_line(buffer) {
            return Ok(None);
        }
        let limit = self.limits.line_bytes;
        let unseen = &buffer[self.searched..];
        let end = unseen.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let length = self.searched + end.unwrap_or(unseen.len());
        if length > limit {
            return Err(ParseError::LineTooLong(limit));
        }
        if end.is_none() {
            self.searched = length;
            return Ok(None);
        }
        self.searched = 0;
        self.position = match buffer[length] {
            b'\r' => Position::AfterCr,
            _ => Position::Inside,
        };
        let line = buffer.split_to(length);
        buffer.advance(1);
        Ok(Some(line))
    }

    /// Skips a byte order mark and the LF of a CRLF. `false` while it cannot be told
    /// whether there is one.
    fn skip_what_is_no_line(&mut self, buffer: &mut BytesMut) -> bool {
        let skipped = match self.position {
            Position::Inside => 0,
            Position::AfterCr if buffer.is_empty() => return false,
            Position::AfterCr => usize::from(buffer[0] == b'\n'),
            Position::Start if buffer.starts_with(BOM) => BOM.len(),
            Position::Start if BOM.starts_with(buffer) => return false,
            Position::Start => 0,
        };
        buffer.advance(skipped);
        self.position = Position::Inside;
        true
    }

    /// HTML §9.2.6: a line that is not blank.
    fn process(&mut self, line: &[u8]) -> Result<(), ParseError> {
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            // A comment.
            Some(0) => return Ok(()),
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &b""[..]),
        };
        // HTML §9.2.5: the stream is UTF-8, and what is not becomes U+FFFD. No line end
        // can stand inside a character, so a line can be decoded by itself.
        match name {
            b"data" => return self.append(&String::from_utf8_lossy(value)),
            b"event" => replace(&mut self.event_type, String::from_utf8_lossy(value)),
            b"id" if !value.contains(&0) => {
                replace(&mut self.id, String::from_utf8_lossy(value));
            }
            b"retry" => self.retry = milliseconds(value).or(self.retry),
            _ => {}
        }
        Ok(())
    }

    fn append(&mut self, value: &str) -> Result<(), ParseError> {
        let limit = self.limits.data_bytes;
        if self.data.len() + value.len() + 1 > limit {
            return Err(ParseError::DataTooLong(limit));
        }
        self.data.push_str(value);
        self.data.push('\n');
        Ok(())
    }

    /// HTML §9.2.6: a blank line.
    fn dispatch(&mut self) -> Option<Message> {
        // Before anything is asked about data: an id alone counts.
        self.last_event_id.clone_from(&self.id);
        let event_type = std::mem::take(&mut self.event_type);
        let mut data = std::mem::take(&mut self.data);
        // The LF after the last line. A block without a data line has none.
        data.pop()?;
        Some(Message {
            event_type: match event_type.is_empty() {
                true => Message::DEFAULT_TYPE.to_owned(),
                false => event_type,
            },
            data,
            last_event_id: self.last_event_id.clone(),
        })
    }
}

fn replace(text: &mut String, value: Cow<'_, str>) {
    text.clear();
    text.push_str(&value);
}

/// A `retry` field: ASCII digits only, and at least one. More than fits is the most.
fn milliseconds(value: &[u8]) -> Option<Duration> {
    let digits = std::str::from_utf8(value).ok().filter(|text| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    })?;
    Some(Duration::from_millis(digits.parse().unwrap_or(u64::MAX)))
}
