//! What a connection tells.

use std::borrow::Cow;
use std::fmt;

use frames::FrameError;
use messages::{Message, MessageError};

use crate::close::{CloseCode, CloseError};

/// What has happened on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// A whole message came.
    Message(Message<'a>),
    /// A ping came, with this payload. Its pong is on its way already.
    Ping(Cow<'a, [u8]>),
    /// A pong came: the answer to a ping, or not.
    Pong(Cow<'a, [u8]>),
    /// It is over. This is the last event, and every connection has it.
    Closed(Closed),
}

/// How a connection came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// With a Close frame of the peer, and one of ours: what the peer's said, if anything.
    Agreed(Option<(CloseCode, String)>),
    /// The peer broke a rule, and was told which one by a code, unless our Close had been
    /// sent before.
    Failed(Failure),
    /// Without a Close frame: the network failed, or the peer did.
    Lost,
    /// The peer was silent for longer than it may be.
    TimedOut,
}

impl Closed {
    /// The connection's close code (RFC 6455 §7.1.5), which is what a browser's `CloseEvent`
    /// shows: what the peer's Close frame said, 1005 if that said nothing, 1006 if there
    /// was none.
    pub fn code(&self) -> u16 {
        match self {
            Self::Agreed(Some((code, _))) => code.get(),
            Self::Agreed(None) => 1005,
            Self::Failed(_) | Self::Lost | Self::TimedOut => 1006,
        }
    }

    /// The peer's reason (RFC 6455 §7.1.6).
    pub fn reason(&self) -> &str {
        match self {
            Self::Agreed(Some((_, reason))) => reason,
            Self::Agreed(None) | Self::Failed(_) | Self::Lost | Self::TimedOut => "",
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())?;
        match self {
            Self::Agreed(Some((_, reason))) if reason.is_empty() => Ok(()),
            Self::Agreed(Some((_, reason))) => write!(f, " {reason}"),
            Self::Agreed(None) => f.write_str(", no code was given"),
            Self::Failed(failure) => {
                let code = failure.close_code();
                write!(f, ", failed with {code}: {failure}")
            }
            Self::Lost => f.write_str(", the connection is lost"),
            Self::TimedOut => f.write_str(", the peer is silent"),
        }
    }
}

/// The rule that the peer has broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// One of frames.
    Frame(FrameError),
    /// One of messages.
    Message(MessageError),
    /// One of Close frames.
    Close(CloseError),
    /// One of an extension.
    Extension(CloseCode, &'static str),
}

impl Failure {
    /// The code that tells the peer (RFC 6455 §7.4.1).
    pub fn close_code(self) -> CloseCode {
        let code = match self {
            Self::Frame(error) => error.close_code(),
            Self::Message(error) => error.close_code(),
            Self::Close(error) => return error.close_code(),
            Self::Extension(code, _) => return code,
        };
        CloseCode::new(code).unwrap_or(CloseCode::PROTOCOL_ERROR)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Message(error) => error.fmt(f),
            Self::Close(error) => error.fmt(f),
            Self::Extension(_, what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Failure {}

impl From<FrameError> for Failure {
    fn from(error: FrameError) -> Self {
        Self::Frame(error)
    }
}

impl From<MessageError> for Failure {
    fn from(error: MessageError) -> Self {
        Self::Message(error)
    }
}

impl From<CloseError> for Failure {
    fn from(error: CloseError) -> Self {
        Self::Close(error)
    }
}

/// Why something was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// The connection is closing, or closed: after a Close frame, nothing more is sent
    /// (RFC 6455 §5.5.1).
    Closed,
    /// A control frame has at most 125 bytes, a Close frame's reason at most 123 (§5.5).
    TooLong,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the connection is closing",
            Self::TooLong => "a control frame has at most 125 bytes",
        })
    }
}

impl std::error::Error for SendError {}
