//! Bodies in chunks, decoded in every way in which they can be cut.
#![allow(dead_code, reason = "each test target uses its part of it")]

use bytes::BytesMut;
use http_streaming::{ChunkError, ChunkLimits, ChunkedDecoder, Part};
use raw_http::Headers;

/// What became of some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The data, put together.
    pub(crate) data: Vec<u8>,
    /// The trailers, or the mistake.
    pub(crate) end: Result<Headers, ChunkError>,
    /// What was left when it was over.
    pub(crate) rest: Vec<u8>,
}

/// Decodes `pieces` as they would come out of successive reads, and then the end.
pub(crate) fn decode<'a>(
    limits: &ChunkLimits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut decoder = ChunkedDecoder::new(limits.clone());
    let mut buffer = BytesMut::new();
    let mut data = Vec::new();
    let mut end = None;
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while end.is_none() {
            let before = buffer.len();
            match decoder.decode(&mut buffer) {
                Ok(Some(Part::Data(more))) => {
                    assert!(!more.is_empty(), "a part is never empty");
                    data.extend_from_slice(&more);
                }
                Ok(Some(Part::End(trailers))) => end = Some(Ok(trailers)),
                Ok(None) => {
                    assert_eq!(buffer.len(), before, "`None` consumes nothing");
                    break;
                }
                Err(error) => end = Some(Err(error)),
            }
        }
    }
    let end = end.unwrap_or_else(|| {
        Err(decoder
            .finish()
            .expect_err("there was no end, and it knows"))
    });
    // After a mistake nobody looks at the rest.
    let rest = if end.is_ok() {
        buffer.to_vec()
    } else {
        Vec::new()
    };
    Outcome { data, end, rest }
}

/// Decodes `bytes` whole, in two pieces cut at every point, and byte by byte: always with
/// the same outcome.
pub(crate) fn at_every_split(limits: &ChunkLimits, bytes: &[u8]) -> Outcome {
    let whole = decode(limits, [bytes]);
    for cut in 0..=bytes.len() {
        let (a, b) = bytes.split_at(cut);
        assert_eq!(decode(limits, [a, b]), whole, "cut after {cut} bytes");
    }
    assert_eq!(decode(limits, bytes.chunks(1)), whole, "byte by byte");
    whole
}

/// The body that the bytes are, at every split point.
pub(crate) fn body(bytes: &str) -> String {
    let outcome = at_every_split(&ChunkLimits::default(), bytes.as_bytes());
    assert!(outcome.end.is_ok(), "{bytes:?}: {:?}", outcome.end);
    assert_eq!(outcome.rest, b"", "{bytes:?}");
    String::from_utf8(outcome.data).expect("the tests' bodies are text")
}

/// The mistake in the bytes, at every split point.
pub(crate) fn mistake(bytes: &str) -> ChunkError {
    let outcome = at_every_split(&ChunkLimits::default(), bytes.as_bytes());
    outcome.end.expect_err(bytes)
}
