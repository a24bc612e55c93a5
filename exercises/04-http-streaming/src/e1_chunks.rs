//! Read chunks. `next_chunk` gets all bytes of a body that have come and are not used yet,
//! and reads one chunk from their beginning:
//!
//! ```text
//! 5\r\n        the size in hex, and perhaps `;` and an extension
//! hello\r\n    so much data, and a line end
//! ```
//!
//! The last chunk has the size 0 and no data: `0\r\n\r\n`. There are no trailers here.
//! Whatever stands between the `;` and the first `\r\n` is the extension, and is ignored. It
//! has no limit here: the caller, who holds the bytes, sets one.
//!
//! Give the data and the number of bytes that the chunk takes, so that the caller can go
//! on after it. Give `None` while the chunk is not complete; the caller comes back with
//! more bytes behind these. And give the mistake when there is one:
//!
//! * `Size`: the line does not begin with hex digits, or something other than `;` or the
//!   line end follows them;
//! * `TooLarge`: the size is greater than `MOST`. This must be told at once, before any of
//!   the data is there, and however many digits the size has;
//! * `LineEnd`: the data is not followed by `\r\n` where it should end. The first wrong
//!   byte is enough to tell.
//!
//! The bytes come from a stranger: none of them may make `next_chunk` panic.

/// The largest chunk that is taken, in bytes of data.
pub const MOST: usize = 1 << 20;

/// One chunk.
#[derive(Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// Its data; empty for the last one.
    pub data: &'a [u8],
    /// How many bytes it takes, from its size to its last line end.
    pub length: usize,
}

/// Why these bytes are no chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// No size, or something that does not belong after it.
    Size,
    /// A size greater than `MOST`.
    TooLarge,
    /// No line end after the data.
    LineEnd,
}

/// The first chunk of `bytes`.
pub fn next_chunk(bytes: &[u8]) -> Result<Option<Chunk<'_>>, Mistake> {
    todo!("find the end of the size line, read the size, and take the data after it")
}
