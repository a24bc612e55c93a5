//! Everything that can be wrong with a body in chunks.

use std::fmt;

use raw_http::HeadError;

/// Why some bytes are no body in chunks. Nothing after the mistake can be trusted: where
/// the body ends, and what comes next begins, is not known any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkError {
    /// A size line that does not begin with a hex digit.
    NoSize,
    /// A size that does not fit into 64 bits.
    SizeTooLarge,
    /// Something other than a line end or an extension after the size.
    AfterSize,
    /// A size line whose CR or LF stands alone, or that has another control character.
    SizeLineEnd,
    /// A size line longer than the limit.
    SizeLineTooLong,
    /// More bytes of extensions in one body than the limit.
    TooManyExtensions,
    /// Data that is not followed by CRLF where its size says that it ends.
    DataLineEnd,
    /// Something wrong with the trailers.
    Trailers(HeadError),
    /// The stream ended before the last chunk did.
    Incomplete,
}

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSize => "a chunk without a size (RFC 9112 §7.1)",
            Self::SizeTooLarge => "a chunk size of more than 64 bits (RFC 9112 §7.1)",
            Self::AfterSize => {
                "something other than an extension after a chunk's size (RFC 9112 §7.1.1)"
            }
            Self::SizeLineEnd => {
                "a chunk's size line that does not end with CRLF (RFC 9112 §7.1)"
            }
            Self::SizeLineTooLong => "a chunk's size line that is too long",
            Self::TooManyExtensions => {
                "too many bytes of chunk extensions (RFC 9112 §7.1.1)"
            }
            Self::DataLineEnd => "no CRLF after a chunk's data (RFC 9112 §7.1)",
            Self::Trailers(error) => return write!(f, "in the trailers: {error}"),
            Self::Incomplete => {
                "the stream ended before the last chunk (RFC 9112 §8)"
            }
        })
    }
}

impl std::error::Error for ChunkError {}

impl From<HeadError> for ChunkError {
    fn from(error: HeadError) -> Self {
        Self::Trailers(error)
    }
}
