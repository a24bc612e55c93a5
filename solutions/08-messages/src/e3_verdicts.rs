//! Headers first, then one character after the other.

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

/// The prediction, for one stream after the other.
pub fn prediction() -> [Verdict; 8] {
    [
        // The ping does not wait for the character that is cut in two.
        Verdict::Ping(5),
        // F4 90 would be above U+10FFFF, whatever follows.
        Verdict::Refused(5, 1007),
        // C3 asks for a byte from 80 to BF, in whichever frame.
        Verdict::Refused(6, 1007),
        Verdict::Text(5),
        // The second header says it: "two" is not waited for.
        Verdict::Refused(7, 1002),
        // Nothing more comes, so the character stays cut off.
        Verdict::Refused(6, 1007),
        // 1,001 bytes are announced.
        Verdict::Refused(4, 1009),
        // A binary message may have any bytes, and empty fragments.
        Verdict::Binary(9),
    ]
}
