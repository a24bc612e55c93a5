//! Bytes that break a rule.

/// A name, and what has it. The panel of the page offers the same names.
pub(super) type Wrong = (&'static str, &'static [u8]);

/// The try that ends TCP in the middle of a frame.
pub(super) const CUT: &str = "half a frame, and TCP ends";

/// What a client can do by hand. A masking key of zeros leaves a payload readable.
pub(super) const TRIES: [Wrong; 15] = [
    (
        "nothing wrong",
        b"\x81\x85\0\0\0\0Hello\x88\x82\0\0\0\0\x03\xe8",
    ),
    ("a frame without a mask", b"\x81\x05Hello"),
    ("a reserved opcode", b"\x83\x85\0\0\0\0Hello"),
    ("a reserved bit", b"\xc1\x85\0\0\0\0Hello"),
    ("a length in too many bytes", b"\x81\xfe\0\x05\0\0\0\0Hello"),
    ("the header of 4 GiB", b"\x82\xff\0\0\0\x01\0\0\0\0\0\0\0\0"),
    (
        "bad UTF-8, 3 bytes of 1,000",
        b"\x81\xfe\x03\xe8\0\0\0\0hi\xff",
    ),
    ("a ping of 126 bytes", b"\x89\xfe\0\x7e\0\0\0\0"),
    ("a ping in fragments", b"\x09\x80\0\0\0\0"),
    (
        "a text within a text",
        b"\x01\x83\0\0\0\0Hel\x81\x82\0\0\0\0lo",
    ),
    ("a continuation of nothing", b"\x80\x85\0\0\0\0Hello"),
    ("a Close of one byte", b"\x88\x81\0\0\0\0\x03"),
    ("a Close with 1005", b"\x88\x82\0\0\0\0\x03\xed"),
    (
        "a message behind a Close",
        b"\x88\x82\0\0\0\0\x03\xe8\x81\x85\0\0\0\0Hello",
    ),
    (CUT, b"\x81\x85\0\0\0\0Hel"),
];

/// What a server must not send, and can.
pub(super) const LIES: [Wrong; 9] = [
    (
        "a masked frame",
        b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
    ),
    ("a text that is not UTF-8", b"\x81\x03hi\xff"),
    ("a reserved opcode", b"\x83\x05Hello"),
    ("a reserved bit", b"\xc1\x05Hello"),
    ("a length in too many bytes", b"\x81\x7e\0\x05Hello"),
    ("a ping in fragments", b"\x09\0"),
    ("a text within a text", b"\x01\x03Hel\x81\x02lo"),
    ("a Close of one byte", b"\x88\x01\x03"),
    ("a Close with 1005", b"\x88\x02\x03\xed"),
];

/// A message in three frames; a ping goes between the first two.
pub(super) const FRAGMENTS: [&[u8]; 3] =
    [b"\x01\x03one", b"\x00\x05, two", b"\x80\x07, three"];

/// The one with this name.
pub(super) fn find(those: &[Wrong], name: &str) -> Result<Wrong, String> {
    let found = those.iter().find(|(known, _)| *known == name);
    found
        .copied()
        .ok_or_else(|| format!("This lab has no {name:?}."))
}
