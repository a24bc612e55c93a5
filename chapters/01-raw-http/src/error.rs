//! Everything that can be wrong with a message, each with its rule, and the one function
//! that turns it into a status.

use std::{fmt, io};

/// What is wrong with a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadError {
    /// A CR that no LF follows.
    BareCr,
    /// An LF that no CR precedes.
    BareLf,
    /// A control character.
    ControlCharacter(u8),
    /// Text that is not UTF-8.
    NotUtf8,
    /// More than one empty line before a request line, or any before a status line.
    EmptyLines,
    /// A start line that does not have its three parts.
    StartLine,
    /// A method that is not a token.
    Method,
    /// A request target in none of the four forms.
    Target,
    /// A major version other than 1.
    Version,
    /// A status code that is not three digits, the first not 0.
    Status,
    /// A field line without a colon.
    NoColon,
    /// A field name that is not a token.
    FieldName,
    /// White space between a field name and its colon.
    SpaceBeforeColon,
    /// A field line that continues the one before.
    ObsoleteFolding,
    /// No `Host` in HTTP/1.1.
    MissingHost,
    /// More than one `Host`.
    RepeatedHost,
    /// A `Host` that cannot be one.
    Host,
    /// A start line longer than a whole head may be.
    StartLineTooLong,
    /// A head longer than the limit.
    HeadTooLong,
    /// More fields than the limit.
    TooManyFields,
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BareCr => "a CR without its LF (RFC 9112 §2.2)",
            Self::BareLf => "an LF without its CR (RFC 9112 §2.2)",
            Self::ControlCharacter(byte) => {
                return write!(f, "the control character {byte:#04x} (RFC 9110 §5.5)");
            }
            Self::NotUtf8 => "text that is not UTF-8",
            Self::EmptyLines => "empty lines before the start line (RFC 9112 §2.2)",
            Self::StartLine => "a malformed start line (RFC 9112 §3, §4)",
            Self::Method => "a method that is not a token (RFC 9110 §9.1)",
            Self::Target => "a malformed request target (RFC 9112 §3.2)",
            Self::Version => "a version other than HTTP/1 (RFC 9112 §2.3)",
            Self::Status => "a malformed status code (RFC 9112 §4)",
            Self::NoColon => "a field line without a colon (RFC 9112 §5)",
            Self::FieldName => "a field name that is not a token (RFC 9110 §5.1)",
            Self::SpaceBeforeColon => "white space before the colon (RFC 9112 §5.1)",
            Self::ObsoleteFolding => "obsolete line folding (RFC 9112 §5.2)",
            Self::MissingHost => "no Host field (RFC 9112 §3.2)",
            Self::RepeatedHost => "more than one Host field (RFC 9112 §3.2)",
            Self::Host => "a malformed Host field (RFC 9112 §3.2)",
            Self::StartLineTooLong => "a request line that is too long (RFC 9112 §3)",
            Self::HeadTooLong => "a head that is too long (RFC 6585 §5)",
            Self::TooManyFields => "too many header fields (RFC 6585 §5)",
        })
    }
}

impl std::error::Error for HeadError {}

/// Why the length of a body cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FramingError {
    /// `Content-Length` and `Transfer-Encoding` together.
    LengthAndEncoding,
    /// A `Content-Length` that is not a number.
    InvalidLength,
    /// Different values of `Content-Length`.
    ConflictingLengths,
    /// `Transfer-Encoding` in HTTP/1.0, which has none.
    EncodingInHttp10,
    /// Transfer codings that do not end with one `chunked`.
    ChunkedNotLast,
    /// A transfer coding other than `chunked`.
    UnknownCoding,
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LengthAndEncoding => {
                "Content-Length together with Transfer-Encoding (RFC 9112 §6.1)"
            }
            Self::InvalidLength => "a malformed Content-Length (RFC 9112 §6.3)",
            Self::ConflictingLengths => "conflicting Content-Lengths (RFC 9112 §6.3)",
            Self::EncodingInHttp10 => "Transfer-Encoding in HTTP/1.0 (RFC 9112 §6.1)",
            Self::ChunkedNotLast => "a last coding other than chunked (RFC 9112 §6.3)",
            Self::UnknownCoding => "an unknown transfer coding (RFC 9112 §6.1)",
        })
    }
}

impl std::error::Error for FramingError {}

/// Why a request could not be read.
#[derive(Debug)]
pub enum RequestError {
    /// Its head is wrong.
    Head(HeadError),
    /// The length of its body cannot be told.
    Framing(FramingError),
    /// Its body comes in chunks, which this chapter does not read.
    Chunked,
    /// It asks for a tunnel.
    Connect,
    /// Its body is longer than the limit.
    BodyTooLong,
    /// The client ended in the middle of it.
    Incomplete,
    /// Its head took longer than allowed.
    HeadDeadline,
    /// Its body took longer than allowed.
    BodyDeadline,
    /// The stream failed.
    Io(io::Error),
}

/// The status that answers an error: the only place that knows. `None` when nobody is
/// left to be answered. The connection is closed after every one of them: where a request
/// that was not understood ends, and the next one begins, cannot be known.
pub fn status_of(error: &RequestError) -> Option<u16> {
    Some(match error {
        RequestError::Head(head) => match head {
            HeadError::BareCr
            | HeadError::BareLf
            | HeadError::ControlCharacter(_)
            | HeadError::NotUtf8
            | HeadError::EmptyLines
            | HeadError::StartLine
            | HeadError::Method
            | HeadError::Target
            | HeadError::Status
            | HeadError::NoColon
            | HeadError::FieldName
            | HeadError::SpaceBeforeColon
            | HeadError::ObsoleteFolding
            | HeadError::MissingHost
            | HeadError::RepeatedHost
            | HeadError::Host => 400,
            HeadError::StartLineTooLong => 414,
            HeadError::HeadTooLong | HeadError::TooManyFields => 431,
            HeadError::Version => 505,
        },
        RequestError::Framing(framing) => match framing {
            FramingError::LengthAndEncoding
            | FramingError::InvalidLength
            | FramingError::ConflictingLengths
            | FramingError::EncodingInHttp10
            | FramingError::ChunkedNotLast => 400,
            FramingError::UnknownCoding => 501,
        },
        RequestError::Incomplete => 400,
        RequestError::HeadDeadline | RequestError::BodyDeadline => 408,
        RequestError::BodyTooLong => 413,
        RequestError::Chunked | RequestError::Connect => 501,
        RequestError::Io(_) => return None,
    })
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(error) => error.fmt(f),
            Self::Framing(error) => error.fmt(f),
            Self::Chunked => {
                f.write_str("a body in chunks, which chapter 4 reads (RFC 9112 §7.1)")
            }
            Self::Connect => {
                f.write_str("CONNECT: this server makes no tunnels (RFC 9110 §9.3.6)")
            }
            Self::BodyTooLong => {
                f.write_str("a body that is too long (RFC 9110 §15.5.14)")
            }
            Self::Incomplete => {
                f.write_str("the request ends before it is complete (RFC 9112 §8)")
            }
            Self::HeadDeadline => {
                f.write_str("the head took too long (RFC 9110 §15.5.9)")
            }
            Self::BodyDeadline => {
                f.write_str("the body took too long (RFC 9110 §15.5.9)")
            }
            Self::Io(error) => write!(f, "the connection failed: {error}"),
        }
    }
}

impl std::error::Error for RequestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            // Their text is this error's own: a chain would print it twice.
            Self::Head(_) | Self::Framing(_) => None,
            Self::Chunked | Self::Connect | Self::BodyTooLong => None,
            Self::Incomplete | Self::HeadDeadline | Self::BodyDeadline => None,
        }
    }
}

impl From<HeadError> for RequestError {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}

impl From<FramingError> for RequestError {
    fn from(error: FramingError) -> Self {
        Self::Framing(error)
    }
}

impl From<io::Error> for RequestError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why a response could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseError {
    /// Its head is wrong.
    Head(HeadError),
    /// The length of its body cannot be told.
    Framing(FramingError),
    /// Its body comes in chunks, which this chapter does not read.
    Chunked,
    /// Its body is longer than the limit.
    BodyTooLong,
    /// The server switches to a protocol that was not asked for (101).
    Upgrade,
    /// The server ended before the first byte of it.
    Missing,
    /// The server ended in the middle of it.
    Incomplete,
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(error) => error.fmt(f),
            Self::Framing(error) => error.fmt(f),
            Self::Chunked => f.write_str(
                "the answer comes in chunks (Transfer-Encoding: chunked), which chapter 4 \
                 reads; an HTTP/1.0 request gets an answer without them",
            ),
            Self::BodyTooLong => f.write_str("the answer's body is longer than the limit"),
            Self::Upgrade => f.write_str("the server answers 101 to no upgrade"),
            Self::Missing => f.write_str("the server closed without an answer"),
            Self::Incomplete => {
                f.write_str("the server closed in the middle of its answer")
            }
        }
    }
}

impl std::error::Error for ResponseError {}

impl From<HeadError> for ResponseError {
    fn from(error: HeadError) -> Self {
        Self::Head(error)
    }
}

impl From<FramingError> for ResponseError {
    fn from(error: FramingError) -> Self {
        Self::Framing(error)
    }
}
