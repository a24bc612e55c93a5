//! How much of what goes over the wire is head, and how much is what somebody wanted? For
//! this answer it is 38 bytes against 5:
//!
//! ```text
//! S→C  head, 38 bytes
//!     HTTP/1.1 200 OK\r\n
//!     Content-Length: 5\r\n
//!     \r\n
//! S→C  body, 5 bytes
//!     hello
//! ```
//!
//! `overhead`, in the file of this exercise, adds it up from a transcript. It was written
//! by somebody who trusted their eyes, it compiles, and its sums are wrong.
//! Find out why, and repair it.

use wiretap::{Part, Transcript};

/// What went over the wire, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overhead {
    /// Bytes of heads, in both directions.
    pub heads: u64,
    /// Bytes of everything else: bodies, chunks, frames.
    pub payload: u64,
}

/// Adds up what a transcript shows.
pub fn overhead(transcript: &Transcript) -> Overhead {
    let mut sum = Overhead::default();
    for entry in &transcript.entries {
        let lines = entry.content.lines.iter();
        let length: u64 = lines.map(|line| line.len() as u64).sum();
        match entry.part {
            Part::RequestHead | Part::ResponseHead => sum.heads += length,
            _ => sum.payload += length,
        }
    }
    sum
}
