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

const ENDS: [(End, &str); 3] = [
    (End::WithinFrame, "and its frame goes on"),
    (End::OfFrame, "with the end of a frame"),
    (End::OfMessage, "with the end of the message"),
];

/// What nobody can make valid is refused by the byte that makes it so.
#[test]
fn the_impossible_byte_is_refused_though_its_frame_goes_on() {
    for (bytes, what) in [
        (b"ab\xff".as_slice(), "ff begins no character"),
        (b"\xc0", "c0 would begin an overlong form of ASCII"),
        (b"\xe0\x9f", "e0 9f would be an overlong form of two bytes"),
        (b"a\xed\xa0", "ed a0 would be a surrogate"),
        (b"\xf4\x90", "f4 90 would be above U+10FFFF"),
        (
            b"\xc3a",
            "a character was begun, and `a` does not go on with it",
        ),
        (
            b"\xe2\x82\xe2",
            "a character was begun, and e2 begins another",
        ),
        (b"\x80", "80 goes on with nothing"),
    ] {
        let pieces: Vec<&[u8]> = bytes.chunks(1).collect();
        for (end, with) in ENDS {
            let (_, refused) = send(&pieces, End::WithinFrame, end);
            let last = pieces.len() - 1;
            let how = format!("The bytes {} came one by one, {with}", shown(&pieces));
            check_refused(&how, refused, last, what);
        }
        // And with more around them, in one piece or after another.
        let piece = [b"text ", bytes, b" and more"].concat();
        for (end, with) in ENDS {
            for pieces in [vec![&piece[..]], vec![b"before: ", &piece]] {
                let (_, refused) = send(&pieces, End::OfFrame, end);
                let how = format!("The pieces {} came, {with}", shown(&pieces));
                check_refused(&how, refused, pieces.len() - 1, what);
            }
        }
    }
}

/// Compares which piece was refused, and with which code.
fn check_refused(how: &str, refused: Option<(usize, u16)>, at: usize, what: &str) {
    let why = match refused {
        Some((index, 1007)) if index == at => return,
        Some((index, 1007)) => format!(
            "{how}. Piece {at}, counted from 0, is the first that cannot be ({what}), and \
             yours refuses piece {index}."
        ),
        Some((_, code)) => {
            format!("{how}: {what}. The code is 1007, and yours {code}.")
        }
        None => format!("{how}, and none is refused: {what}."),
    };
    verdict::fail(AT_ONCE, why);
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
            let last = pieces.len() - 1;
            let outcome = match refused {
                Some((index, 1007)) if index == last => continue,
                Some((index, 1007)) => format!("piece {index} is refused already"),
                Some((_, code)) => format!("is refused with {code}, and not with 1007"),
                None => "is taken for a text".to_owned(),
            };
            let why = format!(
                "The message {} ends within a character, and {outcome}.",
                shown(&pieces)
            );
            verdict::fail(ACROSS, why);
        }
    }
}

#[test]
fn what_is_checked_is_text_and_at_most_three_bytes_wait() {
    let text = "κόσμε 🦀 ".repeat(100);
    for size in [1, 2, 3, 5, 64] {
        let mut message = TextMessage::new();
        // There is room for all of it, so that nothing has to be moved.
        message.text.reserve(text.len());
        let place = message.text.as_ptr();
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
            if message.text.as_ptr() != place {
                let why = format!(
                    "After {come} bytes, all of the text is in another place: it was copied \
                     for {}.",
                    shown(&[piece])
                );
                verdict::fail(KEPT, why);
            }
        }
    }
}
