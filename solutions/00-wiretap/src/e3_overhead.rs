//! What a transcript shows is written for eyes: `\r\n` takes four characters, a byte in hex
//! three, and most of a long body is left out. What was on the wire is in `length`.

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
        match entry.part {
            Part::RequestHead | Part::ResponseHead => sum.heads += entry.length,
            _ => sum.payload += entry.length,
        }
    }
    sum
}
