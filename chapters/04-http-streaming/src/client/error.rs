//! Why there is nothing to read.

use std::fmt;
use std::io;
use std::time::Duration;

use raw_http::{FramingError, HeadError};
use short_polling::Refusal;

use crate::body::BodyError;
use crate::ndjson::LineError;

/// Why there is no answer to read.
#[derive(Debug)]
pub enum OpenError {
    /// No connection could be opened.
    Dial(io::Error),
    /// The target or the host has characters that would change the request.
    InvalidRequest,
    /// The stream failed, or ended before the head did.
    Io(io::Error),
    /// The answer's head is wrong.
    Head(HeadError),
    /// Where the answer's body ends cannot be told.
    Framing(FramingError),
    /// The answer is no stream of a board. A board that does not know the cursor says in
    /// its refusal what its last event is.
    Refused {
        /// The answer's status.
        status: u16,
        /// What it says, where it says it as boards do.
        refusal: Option<Refusal>,
    },
    /// No head of an answer in so long a time.
    Silent(Duration),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial(error) => write!(f, "no connection: {error}"),
            Self::InvalidRequest => f.write_str("this cannot be written as a request"),
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Head(error) => error.fmt(f),
            Self::Framing(error) => error.fmt(f),
            Self::Refused { status, .. } => {
                write!(f, "the server answered {status}, and not with a stream")
            }
            Self::Silent(limit) => {
                write!(f, "no answer in {:.1} s", limit.as_secs_f64())
            }
        }
    }
}

impl std::error::Error for OpenError {}

/// Why an answer has no next piece, or a stream no next message.
#[derive(Debug)]
pub enum StreamError {
    /// The connection failed.
    Io(io::Error),
    /// The body is wrong, or was cut off.
    Body(BodyError),
    /// What is in it is no board's stream.
    Line(LineError),
    /// Nothing at all came for so long: the other end may be gone.
    Silent(Duration),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Body(error) => error.fmt(f),
            Self::Line(error) => error.fmt(f),
            Self::Silent(limit) => {
                write!(f, "not a byte in {:.1} s", limit.as_secs_f64())
            }
        }
    }
}

impl std::error::Error for StreamError {}

impl From<LineError> for StreamError {
    fn from(error: LineError) -> Self {
        Self::Line(error)
    }
}
