//! What is sent: one block of fields, and the comment that keeps a connection alive.

use std::fmt::{self, Write as _};
use std::time::Duration;

use bytes::{BufMut, BytesMut};

/// One block of an event stream: some fields and the blank line that ends them.
///
/// ```
/// use bytes::BytesMut;
/// use server_sent_events::Block;
///
/// let mut out = BytesMut::new();
/// Block::new().id("7").data("one\ntwo").encode(&mut out)?;
/// assert_eq!(out, "id: 7\ndata: one\ndata: two\n\n");
/// # Ok::<(), server_sent_events::BlockError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block<'a> {
    event_type: Option<&'a str>,
    id: Option<&'a str>,
    retry: Option<Duration>,
    data: Option<&'a str>,
}

/// Why a block cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockError {
    /// A CR or LF in the event type. What follows it would be a line of its own: whoever
    /// chose the type could write any field.
    NewlineInEventType,
    /// A CR or LF in the id.
    NewlineInId,
    /// A NUL in the id: every reader ignores such a field, and would resume elsewhere.
    NulInId,
}

impl fmt::Display for BlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NewlineInEventType => "an event type has no line end in it",
            Self::NewlineInId => "an event id has no line end in it",
            Self::NulInId => "an event id has no NUL in it: readers would ignore it",
        })
    }
}

impl std::error::Error for BlockError {}

impl<'a> Block<'a> {
    /// A block without a field.
    pub fn new() -> Self {
        Self::default()
    }

    /// The type of the message; without one, or with an empty one, it is `message`.
    #[must_use]
    pub fn event_type(self, event_type: &'a str) -> Self {
        Self {
            event_type: Some(event_type),
            ..self
        }
    }

    /// The id to resume after. An empty one makes the reader forget the one it has.
    #[must_use]
    pub fn id(self, id: &'a str) -> Self {
        Self {
            id: Some(id),
            ..self
        }
    }

    /// How long the reader is to wait before it connects again; cut down to whole
    /// milliseconds.
    #[must_use]
    pub fn retry(self, retry: Duration) -> Self {
        Self {
            retry: Some(retry),
            ..self
        }
    }

    /// The data, of any number of lines. An empty text is data too: without any, a block
    /// is no message.
    #[must_use]
    pub fn data(self, data: &'a str) -> Self {
        Self {
            data: Some(data),
            ..self
        }
    }

    /// Writes the block at the end of `out`.
    ///
    /// CR LF, LF and CR in the data each become the border between two `data` lines, so
    /// the reader gets an LF for each of them: which one it was cannot be sent.
    ///
    /// # Errors
    ///
    /// When a field holds what would end or spoil it. Nothing is written then.
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), BlockError> {
        let ends_line = |text: &str| text.contains(['\r', '\n']);
        if self.event_type.is_some_and(ends_line) {
            return Err(BlockError::NewlineInEventType);
        }
        if self.id.is_some_and(ends_line) {
            return Err(BlockError::NewlineInId);
        }
        if self.id.is_some_and(|id| id.contains('\0')) {
            return Err(BlockError::NulInId);
        }
        if let Some(retry) = self.retry {
            put_field(out, "retry", &retry.as_millis().to_string());
        }
        if let Some(id) = self.id {
            put_field(out, "id", id);
        }
        if let Some(event_type) = self.event_type {
            put_field(out, "event", event_type);
        }
        for line in self.data.into_iter().flat_map(lines) {
            put_field(out, "data", line);
        }
        out.put_u8(b'\n');
        Ok(())
    }
}

/// Writes a comment at the end of `out`, which no reader shows to anybody: a heartbeat.
/// A text of several lines becomes several comments.
pub fn comment(text: &str, out: &mut BytesMut) {
    for line in lines(text) {
        put_field(out, "", line);
    }
}

/// The blank after the colon is the one that readers strip. It must be there: a value may
/// begin with a blank of its own.
fn put_field(out: &mut BytesMut, name: &str, value: &str) {
    writeln!(out, "{name}: {value}").expect("a BytesMut grows");
}

/// Splits at CR LF, LF and CR. Unlike `str::lines`, what stands after the last line end
/// is a line, if an empty one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..));
        Some(&text[..end])
    })
}
