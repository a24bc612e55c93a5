//! A body, however its end is found.

use std::fmt;

use bytes::{Bytes, BytesMut};
use raw_http::{Framing, Headers};

use crate::chunked::{ChunkError, ChunkLimits, ChunkedDecoder, Part};

/// Reads the body of a response piece by piece: what [`Framing::of`] says of its head
/// decides how.
#[derive(Debug)]
pub struct BodyDecoder(Kind);

#[derive(Debug)]
enum Kind {
    /// So many bytes are still to come.
    Length(u64),
    Chunked(ChunkedDecoder),
    UntilClose,
    Done,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// Its chunks are wrong, or the last one is missing.
    Chunk(ChunkError),
    /// The stream ended before the declared length.
    Incomplete,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chunk(error) => error.fmt(f),
            Self::Incomplete => {
                f.write_str("the stream ended before the body (RFC 9112 §8)")
            }
        }
    }
}

impl std::error::Error for BodyError {}

impl From<ChunkError> for BodyError {
    fn from(error: ChunkError) -> Self {
        Self::Chunk(error)
    }
}

impl BodyDecoder {
    /// A decoder at the beginning of a body.
    pub fn new(framing: Framing, limits: ChunkLimits) -> Self {
        Self(match framing {
            Framing::Empty => Kind::Length(0),
            Framing::Length(length) => Kind::Length(length),
            Framing::Chunked => Kind::Chunked(ChunkedDecoder::new(limits)),
            Framing::UntilClose => Kind::UntilClose,
        })
    }

    /// Takes the next part out of `buffer`; `None` asks for more bytes, or for
    /// [`finish`](Self::finish) when there are none, and has consumed nothing.
    ///
    /// # Errors
    ///
    /// When the bytes are not the body that they should be.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Part>, BodyError> {
        match &mut self.0 {
            Kind::Length(0) => Ok(self.end()),
            Kind::Length(left) => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX);
                let data = buffer.split_to(length.min(buffer.len())).freeze();
                *left -= data.len() as u64;
                Ok(some(data))
            }
            Kind::Chunked(decoder) => Ok(decoder.decode(buffer)?),
            Kind::UntilClose => Ok(some(buffer.split().freeze())),
            Kind::Done => Ok(None),
        }
    }

    /// Says that the stream has ended, which is how some bodies do.
    ///
    /// # Errors
    ///
    /// When the body was not over. A body without a length and without chunks is over
    /// whenever the stream is: nobody can tell a whole one from half of one.
    pub fn finish(&self) -> Result<(), BodyError> {
        match &self.0 {
            Kind::Length(1..) => Err(BodyError::Incomplete),
            Kind::Chunked(decoder) => Ok(decoder.finish()?),
            Kind::Length(0) | Kind::UntilClose | Kind::Done => Ok(()),
        }
    }

    fn end(&mut self) -> Option<Part> {
        self.0 = Kind::Done;
        Some(Part::End(Headers::new()))
    }
}

fn some(data: Bytes) -> Option<Part> {
    (!data.is_empty()).then_some(Part::Data(data))
}
