//! Texts arrive in pieces, and the piece that is refused must be the right one.

use wiretap::verdict::{self, Rule};

use crate::subject::e2_at_once::{End, TextMessage};

const AT_ONCE: Rule = Rule::new(
    "RFC 6455 §8.1",
    "The connection is failed when bytes are found that are not UTF-8; nothing more has to \
     come for that.",
);
const ACROSS: Rule = Rule::new(
    "RFC 6455 §5.6",
    "The whole message is UTF-8: a fragment may begin and end within a character.",
);
const KEPT: Rule = Rule::new(
    "RFC 6455 §8.1",
    "What has been checked is text; a character of which bytes are missing has at most three.",
);

/// Pieces of a message, the last of which ends it as `end` says: what has become of it, and
/// at which piece it was refused.
fn send(
    pieces: &[&[u8]],
    between: End,
    end: End,
) -> (TextMessage, Option<(usize, u16)>) {
    let mut message = TextMessage::new();
    for (index, piece) in pieces.iter().enumerate() {
        let end = if index + 1 == pieces.len() {
            end
        } else {
            between
        };
        if let Err(code) = message.push(piece, end) {
            return (message, Some((index, code)));
        }
    }
    (message, None)
}

fn shown(pieces: &[&[u8]]) -> String {
    let hex = |piece: &&[u8]| {
        let pairs: Vec<_> = piece.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("`{}`", pairs.join(" "))
    };
    pieces.iter().map(hex).collect::<Vec<_>>().join(", ")
}

/// What nobody can make valid is refused by the byte that makes it so.
#[test]
fn the_impossible_byte_is_refused_though_its_frame_goes_on() {
    for (bytes, at, what) in [
        (b"ab\xff".as_slice(), 2, "ff begins no character"),
        (b"\xc0", 0, "c0 would begin an overlong form of ASCII"),
        (
            b"\xe0\x9f",
            1,
            "e0 9f would be an overlong form of two bytes",
        ),
        (b"a\xed\xa0", 2, "ed a0 would be a surrogate"),
        (b"\xf4\x90", 1, "f4 90 would be above U+10FFFF"),
        (
            b"\xc3a",
            1,
            "a character was begun, and `a` does not go on with it",
        ),
        (
            b"\xe2\x82\xe2",
            2,
            "a character was begun, and e2 begins another",
        ),
        (b"\x80", 0, "80 goes on with nothing"),
    ] {
        let pieces: Vec<&[u8]> = bytes.chunks(1).collect();
        let (_, refused) = send(&pieces, End::WithinFrame, End::WithinFrame);
        match refused {
            Some((index, 1007)) if index == at => {}
            Some((index, 1007)) => {
                let why = format!(
                    "The bytes {} came one by one. Byte {at} is the first that cannot be \
                     ({what}), and yours refuses byte {index}.",
                    shown(&pieces)
                );
                verdict::fail(AT_ONCE, why);
            }
            Some((_, code)) => verdict::equal(AT_ONCE, 1007, code),
            None => {
                let why = format!(
                    "The bytes {} came one by one, and none is refused: {what}.",
                    shown(&pieces)
                );
                verdict::fail(AT_ONCE, why);
            }
        }
    }
}

#[test]
fn a_character_may_be_cut_by_the_end_of_a_frame() {
    let text = "κ€🦀".as_bytes();
    for cut in 1..text.len() {
        let (left, right) = text.split_at(cut);
        for between in [End::OfFrame, End::WithinFrame] {
            let (message, refused) = send(&[left, right], between, End::OfMessage);
            if let Some((index, code)) = refused {
                let why = format!(
                    "The text κ€🦀 came as {}, cut {}, and piece {index} is refused with \
                     {code}: each half alone is no text, but both are one.",
                    shown(&[left, right]),
                    match between {
                        End::OfFrame => "into two frames",
                        End::WithinFrame | End::OfMessage => "within a frame",
                    }
                );
                verdict::fail(ACROSS, why);
            }
            verdict::text(ACROSS, "κ€🦀", message.text);
        }
    }
    // But not by the end of the message.
    for end in 1..4 {
        let piece = &"🦀".as_bytes()[..end];
        for pieces in [vec![piece], vec![piece, b""]] {
            let (_, refused) = send(&pieces, End::OfFrame, End::OfMessage);
            if refused.is_none() {
                let why = format!(
                    "The message {} ends within a character, and is taken for a text.",
                    shown(&pieces)
                );
                verdict::fail(ACROSS, why);
            }
        }
    }
}

#[test]
fn what_is_checked_is_text_and_at_most_three_bytes_wait() {
    let text = "κόσμε 🦀 ".repeat(100);
    for size in [1, 2, 3, 5, 64] {
        let mut message = TextMessage::new();
        let mut come = 0;
        for piece in text.as_bytes().chunks(size) {
            if let Err(code) = message.push(piece, End::WithinFrame) {
                let why = format!(
                    "A text came in pieces of {size} bytes, and {} is refused with {code}.",
                    shown(&[piece])
                );
                verdict::fail(KEPT, why);
            }
            come += piece.len();
            let waiting = message.unchecked.len();
            if waiting > 3 {
                let why = format!(
                    "{come} bytes of a long frame have come, and {waiting} of them are \
                     unchecked. No character has more than four bytes."
                );
                verdict::fail(KEPT, why);
            }
            let checked = String::from_utf8_lossy(&text.as_bytes()[..come - waiting]);
            verdict::text(KEPT, checked, &message.text);
        }
    }
}
