//! Eight streams of bytes arrive at a client, one byte at a time. Nothing is masked, and no
//! message may have more than 1,000 bytes. What becomes of each? Write it down before you
//! run anything.
//!
//! ```text
//! 1    01 01 E2   89 00   80 02 82 AC
//! 2    81 06 61 F4 90 80 80 62
//! 3    01 01 C3   80 01 28
//! 4    81 03 E2 82 AC
//! 5    01 03 6F 6E 65   81 03 74 77 6F
//! 6    01 02 E2 82   80 00
//! 7    82 7E 03 E9 00 00 00
//! 8    02 01 ED   00 00   80 02 A0 80
//! ```
//!
//! Fill in `prediction`: for each stream, which of its bytes is the first with which
//! something is complete or refused (count from 1, headers included), and what it is.
//! The checks ask the chapter's assembler, and compare.

/// What happens first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// With this byte a text message is complete.
    Text(usize),
    /// With this byte a binary message is complete.
    Binary(usize),
    /// With this byte a ping is complete.
    Ping(usize),
    /// This byte is the last that is looked at: the connection is failed with this code.
    Refused(usize, u16),
}

/// The bytes.
pub const STREAMS: [&[u8]; 8] = [
    b"\x01\x01\xe2\x89\x00\x80\x02\x82\xac",
    b"\x81\x06\x61\xf4\x90\x80\x80\x62",
    b"\x01\x01\xc3\x80\x01\x28",
    b"\x81\x03\xe2\x82\xac",
    b"\x01\x03one\x81\x03two",
    b"\x01\x02\xe2\x82\x80\x00",
    b"\x82\x7e\x03\xe9\x00\x00\x00",
    b"\x02\x01\xed\x00\x00\x80\x02\xa0\x80",
];

/// Your prediction, for one stream after the other.
pub fn prediction() -> [Verdict; 8] {
    todo!("write down what happens first in each stream")
}
