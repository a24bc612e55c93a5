//! What arrives: the message that a script's listener would get.

use std::fmt;

/// A message of an event stream, as it is dispatched to the application.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Message {
    /// The `event` field: which listeners it is for. `message` when there was none.
    pub event_type: String,
    /// The `data` fields, joined with LF.
    pub data: String,
    /// The last event id *at the time of dispatch*. A message without an `id` field of
    /// its own has that of the last one that had one.
    pub last_event_id: String,
}

impl Message {
    /// The type of a message whose block names none.
    pub const DEFAULT_TYPE: &'static str = "message";
}

/// Which part of a stream is larger than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseError {
    /// A line has more bytes than this.
    LineTooLong(usize),
    /// The data of one message has more bytes than this.
    DataTooLong(usize),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineTooLong(limit) => {
                write!(f, "a line of the stream has more than {limit} bytes")
            }
            Self::DataTooLong(limit) => {
                write!(f, "the data of a message has more than {limit} bytes")
            }
        }
    }
}

impl std::error::Error for ParseError {}

/// How much of a stream is taken before it is refused. The standard has no limits; a
/// stranger's stream needs some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest line, in bytes as they arrive, without its line end.
    pub line_bytes: usize,
    /// The most data of one message, in bytes of UTF-8, with the LF after each line.
    pub data_bytes: usize,
}

impl Default for Limits {
    /// 64 KiB for a line, 1 MiB for a message.
    fn default() -> Self {
        Self {
            line_bytes: 64 << 10,
            data_bytes: 1 << 20,
        }
    }
}
