//! Streams of frames, generated and mutated, to this chapter and to tungstenite 0.30: both
//! receive the same, or both refuse. Where they differ is a table, and a test.

mod common;
mod peers;

use common::{
    BINARY, BOTH, CONTINUATION, FIN, PING, PONG, TEXT, frames_to, header_to, thousands,
};
use frames::Role;
use messages::Limits;
use peers::Fate;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

/// Small, so that streams pass it.
const LIMITS: Limits = Limits {
    max_message: 300,
    max_fragments: 1 << 16,
};

/// Payloads, many of them of pieces of characters.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 9] = [
        b"a",
        "é".as_bytes(),
        "🦀".as_bytes(),
        b"\xf0\x9f",
        b"\xa6\x80",
        b"\xed\xa0",
        b"\xff",
        b"",
        &[b'x'; 140],
    ];
    vec(select(pieces.to_vec()), 0..4).prop_map(|pieces| pieces.concat())
}

/// Frames that mostly stand in an order that is legal.
fn frames() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let first = prop_oneof![
        3 => Just(FIN | TEXT),
        3 => Just(TEXT),
        1 => Just(FIN | BINARY),
        1 => Just(BINARY),
        4 => Just(CONTINUATION),
        4 => Just(FIN | CONTINUATION),
        2 => Just(FIN | PING),
        1 => Just(FIN | PONG),
    ];
    let in_order = vec((first, payload()), 0..12).prop_map(|mut frames| {
        let mut under_way = false;
        for (first, _) in &mut frames {
            if *first & 0x8 == 0 {
                let opcode = match *first & 0xf {
                    CONTINUATION if !under_way => TEXT,
                    _ if under_way => CONTINUATION,
                    opcode => opcode,
                };
                *first = *first & FIN | opcode;
                under_way = *first & FIN == 0;
            }
        }
        frames
    });
    // And now and then one of them is any frame.
    (
        in_order,
        any::<Index>(),
        proptest::option::weighted(0.3, any::<u8>()),
    )
        .prop_map(|(mut frames, index, first)| {
            if let (Some(first), false) = (first, frames.is_empty()) {
                index.get_mut(&mut frames).0 = first;
            }
            frames
        })
}

/// How far a stream can be compared, and whether it ends between two frames: up to a close
/// frame, which is the next chapter's, and up to the difference that would spoil the rest,
/// a length that is not in its shortest form.
fn comparable(bytes: &[u8]) -> (usize, bool) {
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        let [first, second, after @ ..] = rest else {
            return (bytes.len(), rest.is_empty());
        };
        let (length, size) = match (second & 0x7f, after) {
            (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 2),
            (127, after) if after.len() >= 8 => {
                (u64::from_be_bytes(*after.first_chunk().expect("eight")), 8)
            }
            (126 | 127, _) => return (bytes.len(), false),
            (length, _) => (u64::from(length), 0),
        };
        let shortest = match size {
            0 => true,
            2 => length > 125,
            _ => length > 0xffff,
        };
        if first & 0xf == 0x8 || !shortest {
            return (at, true);
        }
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        let end = (at + 2 + size + mask) as u64 + length.min(1 << 32);
        match usize::try_from(end) {
            Ok(end) if end <= bytes.len() => at = end,
            _ => return (bytes.len(), false),
        }
    }
}

fn compare(role: Role, bytes: &[u8], piece: usize) -> Result<(), TestCaseError> {
    let (length, whole) = comparable(bytes);
    let bytes = &bytes[..length];
    let ours = peers::ours(role, LIMITS, bytes);
    let theirs = peers::tungstenite_0_30(role, LIMITS, bytes, piece);
    prop_assert_eq!(&ours.received, &theirs.received);
    if whole {
        prop_assert_eq!(ours.refused.is_some(), theirs.refused.is_some());
    } else {
        // Within a frame we may have refused it already, and never the other way round.
        prop_assert!(ours.refused.is_some() || theirs.refused.is_none());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn peer_frames_become_the_same_messages(
        role in select(BOTH.to_vec()),
        frames in frames(),
        piece in 1..64_usize,
    ) {
        let frames: Vec<_> = frames.iter().map(|(first, p)| (*first, &p[..])).collect();
        compare(role, &frames_to(role, &frames), piece)?;
    }

    #[test]
    fn peer_mutated_streams_become_the_same_messages(
        role in select(BOTH.to_vec()),
        frames in frames(),
        mutations in vec((any::<Index>(), any::<u8>(), 0..3), 1..4),
        piece in 1..64_usize,
    ) {
        let frames: Vec<_> = frames.iter().map(|(first, p)| (*first, &p[..])).collect();
        let mut bytes = frames_to(role, &frames);
        for (index, byte, kind) in mutations {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        compare(role, &bytes, piece)?;
    }
}

/// A text of 1,000 bytes whose second byte is impossible.
fn bad_text() -> Vec<u8> {
    [b"a\xff".as_slice(), &[b'x'; 998]].concat()
}

/// What is sent to a client: the name with its section, and the stream.
fn differences() -> Vec<(&'static str, Vec<u8>)> {
    let stream = |frames: &[(u8, &[u8])]| frames_to(Role::Client, frames);
    let (bad, long) = (bad_text(), vec![b'x'; 600]);
    let fragments: Vec<(u8, &[u8])> = std::iter::once((TEXT, b"".as_slice()))
        .chain(std::iter::repeat_n((CONTINUATION, b"".as_slice()), 1 << 17))
        .collect();
    vec![
        (
            "a text, 2nd of 1,000 bytes bad (§8.1)",
            stream(&[(FIN | TEXT, &bad)]),
        ),
        (
            "the same in a second fragment (§8.1)",
            stream(&[(TEXT, b"ok"), (FIN | CONTINUATION, &bad)]),
        ),
        (
            "a continuation of nothing (§5.4)",
            stream(&[(FIN | CONTINUATION, &long)]),
        ),
        (
            "a text within a text (§5.4)",
            stream(&[(TEXT, b"ok"), (FIN | TEXT, &long)]),
        ),
        (
            "600 and 600 bytes, 1,000 allowed (§10.4)",
            stream(&[(BINARY, &long), (FIN | CONTINUATION, &long)]),
        ),
        ("131,073 empty fragments (§10.4)", stream(&fragments)),
    ]
}

fn shown(fate: &Fate) -> String {
    match fate.refused {
        Some(bytes) => format!("{} bytes", thousands(bytes)),
        None => "–".to_owned(),
    }
}

#[test]
fn peer_after_how_many_bytes_a_message_is_refused() {
    let limits = Limits {
        max_message: 1000,
        ..Limits::default()
    };
    let mut rows = Vec::new();
    for (name, bytes) in differences() {
        let ours = peers::ours(Role::Client, limits, &bytes);
        let theirs = peers::tungstenite_0_30(Role::Client, limits, &bytes, 1);
        assert_eq!(
            (&ours.received, &theirs.received),
            (&vec![], &vec![]),
            "{name}"
        );
        assert_ne!(ours.refused, theirs.refused, "{name}");
        // And after its error it has nothing to tell the peer (§7.1.7).
        assert_eq!(theirs.written, 0, "{name}");
        rows.push(json!([
            name,
            thousands(bytes.len()),
            shown(&ours),
            shown(&theirs)
        ]));
    }
    let table = json!({
        "caption": "After how many bytes a message is refused",
        "columns": ["what arrives", "bytes", "this chapter", "tungstenite 0.30.0"],
        "rows": rows,
        "note": "To a client, byte by byte, with at most 1,000 bytes allowed in a message, \
                 and otherwise the limits that each has by default. –: it waits on.",
    });
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        let text = serde_json::to_string_pretty(&table).expect("it is JSON");
        insta::assert_snapshot!("refusals", text);
    });
}

#[test]
fn peer_tungstenite_0_30_reserves_what_a_header_announces() {
    use tungstenite_0_30::protocol::frame::FrameSocket;

    const ANNOUNCED: u64 = 16 << 20;
    let header = header_to(Role::Client, FIN | BINARY, ANNOUNCED);
    let mut socket = FrameSocket::new(std::io::Cursor::new(header.clone()));
    assert!(
        matches!(socket.read(None), Ok(None)),
        "the stream ends in the frame"
    );
    let (_, buffer) = socket.into_inner();
    assert!(
        buffer.capacity() >= ANNOUNCED as usize,
        "{}",
        buffer.capacity()
    );

    let limits = Limits {
        max_message: ANNOUNCED as usize,
        ..Limits::default()
    };
    let mut receiver = common::Receiver::new(Role::Client, limits);
    receiver.take(&header).expect("it may be sent");
    assert_eq!(receiver.assembler.reserved(), 0);
}
