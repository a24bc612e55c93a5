//! The chunked transfer coding (RFC 9112 §7.1): a body whose length nobody knows yet.

mod decode;
mod error;

use std::fmt::Write as _;

use bytes::{BufMut as _, BytesMut};
use raw_http::Headers;

pub use decode::{ChunkLimits, ChunkedDecoder, Part};
pub use error::ChunkError;

/// Fields that say where a message begins and ends, where it goes, or how it is to be
/// read: in a trailer they come too late, and whoever took them from there could be lied
/// to (RFC 9110 §6.5.1).
const NEVER_IN_TRAILERS: [&str; 8] = [
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
];

/// Writes `data` as one chunk: its size in hex, the data, and a line end after each.
///
/// ```
/// # use bytes::BytesMut;
/// let mut out = BytesMut::new();
/// http_streaming::put_chunk(b"a line of 18 bytes", &mut out);
/// assert_eq!(&out[..], b"12\r\na line of 18 bytes\r\n");
/// ```
///
/// Empty data is written as nothing at all: a chunk of size 0 would end the body.
pub fn put_chunk(data: &[u8], out: &mut BytesMut) {
    if data.is_empty() {
        return;
    }
    write!(out, "{:x}\r\n", data.len()).expect("a BytesMut grows");
    out.put_slice(data);
    out.put_slice(b"\r\n");
}

/// Writes the last chunk, which has the size 0, and after it the trailer section: fields
/// that were not known when the head was sent. Those that may not stand there are left
/// out.
pub fn put_last_chunk(trailers: &Headers, out: &mut BytesMut) {
    out.put_slice(b"0\r\n");
    for (name, value) in trailers.iter() {
        let is_forbidden = |other: &&str| other.eq_ignore_ascii_case(name);
        if !NEVER_IN_TRAILERS.iter().any(is_forbidden) {
            write!(out, "{name}: {value}\r\n").expect("a BytesMut grows");
        }
    }
    out.put_slice(b"\r\n");
}
