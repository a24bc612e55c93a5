//! Each length in each form.

use frames::{FrameError, Header};
use wiretap::verdict::{self, Rule};

use crate::subject::e2_lengths::payload_length;

const SHORTEST: Rule = Rule::new(
    "RFC 6455 §5.2",
    "The fewest bytes that a length fits in MUST be used for it.",
);
const TOP_BIT: Rule = Rule::new(
    "RFC 6455 §5.2",
    "The most significant bit of a length of eight bytes MUST be 0.",
);
const PIECES: Rule = Rule::new(
    "RFC 6455 §5.2",
    "A header may come in pieces: what is not there yet is waited for.",
);

type Outcome = Result<Option<u64>, FrameError>;

const NOT_SHORTEST: Outcome = Err(FrameError::LengthNotShortest);

fn in_two(length: u16) -> Vec<u8> {
    [&[0x82, 126][..], &length.to_be_bytes()].concat()
}

fn in_eight(length: u64) -> Vec<u8> {
    [&[0x82, 127][..], &length.to_be_bytes()].concat()
}

#[track_caller]
fn check(rule: Rule, expected: Outcome, header: &[u8]) {
    let yours = payload_length(header);
    let hex: Vec<String> = header.iter().map(|byte| format!("{byte:02x}")).collect();
    if yours != expected {
        let hex = hex.join(" ");
        let why =
            format!("The header {hex}\n\nexpected  {expected:?}\nyours     {yours:?}");
        verdict::fail(rule, why);
    }
}

#[test]
fn in_two_bytes() {
    for length in [0, 5, 125] {
        check(SHORTEST, NOT_SHORTEST, &in_two(length));
    }
    for length in [126, 127, 256, u16::MAX] {
        check(SHORTEST, Ok(Some(length.into())), &in_two(length));
    }
    // MASK is no part of the length.
    check(SHORTEST, NOT_SHORTEST, b"\x82\xfe\x00\x05");
    check(SHORTEST, Ok(Some(5)), b"\x82\x85");
}

#[test]
fn in_eight_bytes() {
    for length in [0, 5, 126, 65_535] {
        check(SHORTEST, NOT_SHORTEST, &in_eight(length));
    }
    for length in [65_536, 1 << 32, u64::MAX >> 1] {
        check(SHORTEST, Ok(Some(length)), &in_eight(length));
    }
}

#[test]
fn with_the_top_bit() {
    for length in [1 << 63, 1 << 63 | 5, u64::MAX] {
        let expected = Err(FrameError::LengthTopBit);
        check(TOP_BIT, expected, &in_eight(length));
    }
    check(TOP_BIT, Ok(Some(0xff00)), &in_two(0xff00));
}

#[test]
fn while_bytes_are_missing() {
    let whole = [
        in_two(5),
        in_two(126),
        in_eight(5),
        in_eight(65_536),
        in_eight(1 << 63),
    ];
    for header in whole {
        for end in 0..header.len() {
            let begun = &header[..end];
            // The chapter's reader knows as early as anybody can.
            let early = Header::decode(begun).err();
            if early.is_none() || payload_length(begun).err() != early {
                check(PIECES, Ok(None), begun);
            }
        }
    }
    check(PIECES, NOT_SHORTEST, &in_two(5));
}
