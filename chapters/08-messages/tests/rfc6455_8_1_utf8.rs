//! Text that arrives in pieces (RFC 6455 §8.1, RFC 3629 §3 and §4).

use messages::{InvalidUtf8, Text, whole};
use proptest::prelude::*;

/// What a byte may be in its place, written down from the grammar of RFC 3629 §4: whether
/// more must come after `bytes`, or `None` when nothing valid begins with them.
fn grammar(bytes: &[u8]) -> Option<bool> {
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let second = match first {
            0x00..=0x7f => {
                rest = after;
                continue;
            }
            0xe0 => 0xa0..=0xbf,
            0xed => 0x80..=0x9f,
            0xf0 => 0x90..=0xbf,
            0xf4 => 0x80..=0x8f,
            0xc2..=0xf3 => 0x80..=0xbf,
            _ => return None,
        };
        let tails = match first {
            ..0xe0 => 1,
            ..0xf0 => 2,
            _ => 3,
        };
        for (index, byte) in after.iter().take(tails).enumerate() {
            let range = if index == 0 { &second } else { &(0x80..=0xbf) };
            if !range.contains(byte) {
                return None;
            }
        }
        if after.len() < tails {
            return Some(true);
        }
        rest = &after[tails..];
    }
    Some(false)
}

/// The offset of the first byte that the grammar has no place for.
fn first_impossible(bytes: &[u8]) -> Option<usize> {
    (0..bytes.len()).find(|&at| grammar(&bytes[..=at]).is_none())
}

/// The pieces, and the end; each piece must be refused when it brings the first impossible
/// byte, and not before.
fn check(pieces: &[&[u8]]) {
    let bytes = pieces.concat();
    let impossible = first_impossible(&bytes);
    let mut text = Text::default();
    let mut end = 0;
    for piece in pieces {
        end += piece.len();
        match (text.push(piece), impossible) {
            (Ok(()), Some(at)) => assert!(end <= at, "{bytes:x?} is taken until {end}"),
            (Ok(()), None) => {}
            (Err(InvalidUtf8 { offset }), at) => {
                assert_eq!(Some(offset), at, "{bytes:x?} is refused at {end}");
                assert!(end > offset);
                return;
            }
        }
        assert_eq!(text.len(), end);
        assert!(text.pending().len() <= 3);
    }
    let complete = grammar(&bytes) == Some(false);
    match text.finish() {
        Ok(text) => {
            assert!(complete, "{bytes:x?}");
            assert_eq!(text.as_bytes(), bytes);
        }
        Err(InvalidUtf8 { offset }) => {
            assert!(!complete, "{bytes:x?}");
            assert_eq!(offset, bytes.len());
        }
    }
}

fn check_every_split(bytes: &[u8]) {
    for first in 0..=bytes.len() {
        for second in first..=bytes.len() {
            check(&[&bytes[..first], &bytes[first..second], &bytes[second..]]);
        }
    }
    check(&bytes.chunks(1).collect::<Vec<_>>());
}

/// The bytes at the borders of the grammar: each of its ranges' ends, and one beyond.
const BORDERS: [u8; 22] = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
    0xec, 0xed, 0xee, 0xef, 0xf0, 0xf3, 0xf4, 0xf5,
];

#[test]
fn rfc6455_8_1_every_sequence_of_four_border_bytes_fails_at_its_first_impossible_byte()
{
    for a in BORDERS {
        for b in BORDERS {
            for c in BORDERS {
                for d in BORDERS {
                    let bytes = [a, b, c, d];
                    check(&bytes.each_ref().map(std::slice::from_ref));
                    check(&[&bytes]);
                    check(&[&bytes[..2], &bytes[2..]]);
                }
            }
        }
    }
}

#[test]
fn rfc6455_8_1_each_first_and_second_byte_is_judged_as_soon_as_it_is_there() {
    for a in 0..=u8::MAX {
        for b in 0..=u8::MAX {
            check(&[&[a], &[b]]);
            check(&[&[b'x', a, b]]);
        }
    }
}

#[test]
fn rfc6455_8_1_overlong_forms_surrogates_and_what_is_above_10ffff_fail_at_the_second_byte()
 {
    for bytes in [
        b"\xe0\x80\xaf".as_slice(),
        b"\xf0\x80\x80\xaf",
        b"\xf0\x8f\xbf\xbf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xf4\x90\x80\x80",
    ] {
        let mut text = Text::default();
        assert_eq!(text.push(&bytes[..1]), Ok(()), "{bytes:x?}");
        assert_eq!(text.push(&bytes[1..2]), Err(InvalidUtf8 { offset: 1 }));
        check_every_split(bytes);
    }
    for first in [0x80, 0xbf, 0xc0, 0xc1, 0xf5, 0xfe, 0xff] {
        let mut text = Text::default();
        assert_eq!(text.push(&[first]), Err(InvalidUtf8 { offset: 0 }));
    }
}

#[test]
fn rfc6455_8_1_a_text_that_ends_within_a_character_fails_at_its_end() {
    for bytes in ["ß", "€", "🦀"].map(str::as_bytes) {
        for end in 1..bytes.len() {
            let mut text = Text::default();
            assert_eq!(text.push(&bytes[..end]), Ok(()));
            assert_eq!(text.pending(), &bytes[..end]);
            assert_eq!(text.finish(), Err(InvalidUtf8 { offset: end }));
            assert_eq!(whole(&bytes[..end]), Err(InvalidUtf8 { offset: end }));
        }
    }
}

#[test]
fn rfc6455_8_1_a_text_is_the_same_however_it_is_cut() {
    for text in ["κόσμε", "\u{0}\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}"] {
        check_every_split(text.as_bytes());
    }
    check_every_split("\u{ffff}\u{10000}\u{10ffff}".as_bytes());
    check_every_split(b"\xce\xba\xcf\x8c\xed\xa0\x80edited");
}

#[test]
fn rfc6455_8_1_a_long_text_is_judged_as_a_short_one() {
    // Longer than what a vector instruction takes, with the bad byte in each place.
    let text = "aé€🦀".repeat(20);
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = 0xff;
        check(&[&bytes]);
        check(&bytes.chunks(7).collect::<Vec<_>>());
        assert_eq!(
            whole(&bytes).map_err(|e| Some(e.offset)),
            Err(first_impossible(&bytes))
        );
    }
}

proptest! {
    #[test]
    fn rfc6455_8_1_any_bytes_in_any_pieces(
        bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x80..=0xbf_u8], 0..40),
        cuts in proptest::collection::vec(0..40_usize, 0..6),
    ) {
        check(&cut(&bytes, cuts));
    }

    #[test]
    fn rfc6455_8_1_any_text_in_any_pieces(
        text in any::<String>(),
        cuts in proptest::collection::vec(0..80_usize, 0..8),
    ) {
        check(&cut(text.as_bytes(), cuts));
    }
}

fn cut(bytes: &[u8], mut cuts: Vec<usize>) -> Vec<&[u8]> {
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut rest = bytes;
    let mut done = 0;
    for at in cuts.into_iter().filter(|&at| at <= bytes.len()) {
        let (piece, after) = rest.split_at(at - done);
        pieces.push(piece);
        rest = after;
        done = at;
    }
    pieces.push(rest);
    pieces
}
