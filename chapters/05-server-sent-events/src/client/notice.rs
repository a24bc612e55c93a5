//! What a reader is told to do, and what it tells.

use std::fmt;
use std::io;
use std::time::Duration;

use http_streaming::BodyError;
use raw_http::{FramingError, HeadError};

use crate::message::{Limits, Message, ParseError};

/// What a reader does and allows.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long it waits before it connects again, until the stream says something else
    /// with `retry`.
    pub retry: Duration,
    /// The least and the most that a stream may say: with 0 a server would be asked as
    /// fast as the client can.
    pub retry_bounds: [Duration; 2],
    /// How long the stream may be silent, or an attempt to open it may take, before the
    /// connection is taken for dead. More than the server's heartbeat.
    pub silence: Duration,
    /// How much of the stream is taken.
    pub limits: Limits,
    /// What the waits after failures are drawn from: different for every reader.
    pub seed: u64,
}

impl Default for Options {
    /// 3 s, within 100 ms and an hour; 45 s of silence; the seed 0.
    fn default() -> Self {
        Self {
            retry: Duration::from_secs(3),
            retry_bounds: [Duration::from_millis(100), Duration::from_secs(3600)],
            silence: Duration::from_secs(45),
            limits: Limits::default(),
            seed: 0,
        }
    }
}

/// What a reader has to tell.
#[derive(Debug)]
pub enum Notice {
    /// The server has answered with a stream.
    Open,
    /// A message.
    Message(Message),
    /// The stream has ended or could not be opened; the reader connects again.
    Interrupted {
        /// Why.
        why: Interruption,
        /// After this time.
        wait: Duration,
    },
    /// The reader has given up for good, and tells nothing more.
    Failed(Failure),
}

/// Why a stream is over, or did not come about, for now.
#[derive(Debug)]
pub enum Interruption {
    /// The stream has ended, as every stream does some day.
    Ended,
    /// No connection could be opened.
    Dial(io::Error),
    /// The connection failed.
    Io(io::Error),
    /// Nothing has come for too long.
    Silent,
    /// The head of the answer could not be read.
    Head(HeadError),
    /// The length of the answer cannot be told.
    Framing(FramingError),
    /// The answer is malformed, or cut off in the middle of a chunk.
    Body(BodyError),
}

/// Why the reader does not come back (WHATWG HTML §9.2.3: it fails the connection).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Any status but 200. 204 is the way to say "stop"; but 503 means "stop" as well.
    Status(u16),
    /// The answer is no event stream.
    ContentType(Option<String>),
    /// The stream goes over the limits, and would again.
    TooLong(ParseError),
    /// The last event id has a control character, so no header field can hold it.
    LastEventId,
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the stream has ended"),
            Self::Dial(error) => write!(f, "no connection: {error}"),
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Silent => f.write_str("nothing has come for too long"),
            Self::Head(error) => write!(f, "an answer with {error}"),
            Self::Framing(error) => write!(f, "an answer with {error}"),
            Self::Body(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(204) => f.write_str("the server says that it is over (204)"),
            Self::Status(status) => write!(f, "the server answered {status}"),
            Self::ContentType(Some(media_type)) => {
                write!(f, "the answer is {media_type} and no event stream")
            }
            Self::ContentType(None) => {
                f.write_str("the answer does not say that it is an event stream")
            }
            Self::TooLong(error) => error.fmt(f),
            Self::LastEventId => f.write_str(
                "the last event id cannot be sent: it has a control character",
            ),
        }
    }
}

impl std::error::Error for Failure {}
