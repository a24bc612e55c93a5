//! Streams, generated and mutated, to our connection and to tungstenite 0.30, in both roles:
//! the same messages, the same pongs, the same end; or both refuse. Where they differ is a
//! table, and each of its rows a test.

mod common;
mod peer;

use common::{close, frame_to};
use connection::Role;
use frames::Opcode;
use messages::Limits;
use peer::{End, Fate, First, comparable, ours, tungstenite_0_30};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

/// Small, so that streams pass it.
const LIMITS: Limits = Limits {
    max_message: 300,
    max_fragments: 1 << 16,
};
const BOTH: [Role; 2] = [Role::Client, Role::Server];

/// What tungstenite tells in the place of a code that may not be sent.
const VIOLATION: &str = "Protocol violation";

/// A frame: FIN, opcode and payload.
type Sent = (bool, Opcode, Vec<u8>);

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 7] = [
        b"a",
        "🦀".as_bytes(),
        b"\xf0\x9f",
        b"\xa6\x80",
        b"\xff",
        b"",
        &[b'x'; 100],
    ];
    vec(select(pieces.to_vec()), 0..4).prop_map(|pieces| pieces.concat())
}

fn close_payload() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![
        3 => select(vec![1000, 1001, 1007, 1011, 3000, 4999]),
        1 => select(vec![0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000]),
        1 => any::<u16>(),
    ];
    let reason = select(vec![b"".as_slice(), b"bye", b"\xff", &[b'x'; 123]]);
    prop_oneof![
        4 => (code, reason).prop_map(|(code, reason)| {
            [&code.to_be_bytes()[..], reason].concat()
        }),
        1 => Just(Vec::new()),
        1 => Just(vec![3]),
    ]
}

fn frame() -> impl Strategy<Value = Sent> {
    let data = |opcode, fin| (Just(fin), Just(opcode), payload());
    prop_oneof![
        3 => data(Opcode::Text, true),
        3 => data(Opcode::Text, false),
        1 => data(Opcode::Binary, true),
        1 => data(Opcode::Binary, false),
        3 => data(Opcode::Continuation, false),
        3 => data(Opcode::Continuation, true),
        2 => data(Opcode::Ping, true),
        1 => data(Opcode::Pong, true),
        1 => (Just(true), Just(Opcode::Close), close_payload()),
    ]
}

/// Frames that stand in an order that is legal, but for one of them now and then.
fn frames() -> impl Strategy<Value = Vec<Sent>> {
    let out_of_order = proptest::option::weighted(0.2, (any::<Index>(), frame()));
    (vec(frame(), 1..12), out_of_order).prop_map(|(mut frames, out_of_order)| {
        let mut under_way = false;
        for (fin, opcode, _) in frames.iter_mut().filter(|frame| !frame.1.is_control())
        {
            *opcode = match *opcode {
                _ if under_way => Opcode::Continuation,
                Opcode::Continuation => Opcode::Text,
                opcode => opcode,
            };
            under_way = !*fin;
        }
        if let Some((index, frame)) = out_of_order {
            *index.get_mut(&mut frames) = frame;
        }
        frames
    })
}

fn stream(role: Role, frames: &[Sent]) -> Vec<u8> {
    let frames = frames.iter();
    let frames =
        frames.map(|(fin, opcode, payload)| frame_to(role, *fin, *opcode, payload));
    frames.collect::<Vec<_>>().concat()
}

/// Both ends' fates are the same, but for the differences of the table.
fn compare(
    role: Role,
    first: First,
    bytes: &[u8],
    piece: usize,
) -> Result<(), TestCaseError> {
    let (length, whole) = comparable(bytes);
    let bytes = &bytes[..length];
    let ours = ours(role, LIMITS, first, bytes, piece);
    let mut theirs = tungstenite_0_30(role, LIMITS, first, bytes, piece);
    prop_assert_eq!(&ours.told, &theirs.told);
    if first == First::Nothing {
        prop_assert_eq!(ours.said("pong"), theirs.said("pong"));
    }
    match &theirs.end {
        // After our own Close, tungstenite tells any code.
        End::Closed(Some((code, _))) if !may_be_sent(*code) => {
            theirs.end = End::Refused
        }
        // Otherwise it tells another in the place of one that may not be sent, and takes
        // 1014 for one of those.
        End::Closed(Some((1002, reason))) if reason == VIOLATION => {
            if matches!(ours.end, End::Closed(Some((1014, _)))) {
                return Ok(());
            }
            theirs.end = End::Refused;
        }
        _ => {}
    }
    match (&ours.end, &theirs.end) {
        // Within a frame we may have refused it already.
        (End::Refused, End::Open) => prop_assert!(!whole),
        (End::Closed(_), _) if first == First::Nothing => {
            prop_assert_eq!(&ours.end, &theirs.end);
            let code = |fate: &Fate| {
                let frame =
                    fate.said("close").first().map(|close| close.to_string())?;
                frame.split(' ').nth(1).map(str::to_owned)
            };
            prop_assert_eq!(code(&ours), code(&theirs));
        }
        _ => prop_assert_eq!(&ours.end, &theirs.end),
    }
    Ok(())
}

/// RFC 6455 §7.4, and what has been registered since.
fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn peer_frames_become_the_same_events(
        role in select(BOTH.to_vec()),
        first in select(vec![First::Nothing, First::Close]),
        frames in frames(),
        piece in 1..64_usize,
    ) {
        compare(role, first, &stream(role, &frames), piece)?;
    }

    #[test]
    fn peer_mutated_streams_become_the_same_events(
        role in select(BOTH.to_vec()),
        first in select(vec![First::Nothing, First::Close]),
        frames in frames(),
        mutations in vec((any::<Index>(), any::<u8>(), 0..3), 1..4),
        piece in 1..64_usize,
    ) {
        let mut bytes = stream(role, &frames);
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
        compare(role, first, &bytes, piece)?;
    }
}

/// What is told and what is sent, in a few words.
fn shown(fate: &Fate) -> String {
    let end = match &fate.end {
        End::Open => None,
        End::Closed(None) => Some("closed".to_owned()),
        End::Closed(Some((code, reason))) => {
            Some(format!("closed, {code} {reason}").trim_end().to_owned())
        }
        End::Refused => Some("failed".to_owned()),
    };
    let told = fate.told.iter().cloned().chain(end);
    let told: Vec<_> = told.collect();
    let or_nothing = |words: String| {
        if words.is_empty() {
            "nothing".into()
        } else {
            words
        }
    };
    let told = or_nothing(told.join("; "));
    format!("tells {told}; sends {}", or_nothing(fate.said.join(", ")))
}

/// What a server gets, with its section, and whether it has sent its Close before.
fn differences() -> Vec<(&'static str, First, Vec<u8>)> {
    let frame = |opcode, payload: &[u8]| frame_to(Role::Server, true, opcode, payload);
    let closing = |code, reason| frame(Opcode::Close, &close(code, reason));
    let pair = [frame(Opcode::Ping, b"there?"), closing(1000, "")].concat();
    vec![
        (
            "5 bytes, their length in two (§5.2)",
            First::Nothing,
            b"\x82\xfe\x00\x05\0\0\0\0Hello".to_vec(),
        ),
        ("a ping after our Close (§5.5.2)", First::Close, pair),
        (
            "a Close with a reason (§5.5.1)",
            First::Nothing,
            closing(1000, "bye"),
        ),
        (
            "a Close with 1014 (§7.4)",
            First::Nothing,
            closing(1014, ""),
        ),
        (
            "a Close with 1005 (§7.4.1)",
            First::Nothing,
            closing(1005, ""),
        ),
        (
            "the same after our Close (§7.4.1)",
            First::Close,
            closing(1005, ""),
        ),
        (
            "a text that is none (§8.1, §7.1.7)",
            First::Nothing,
            frame(Opcode::Text, b"\xff"),
        ),
    ]
}

#[test]
fn peer_the_differences_of_the_page() {
    let mut rows = Vec::new();
    for (name, first, bytes) in differences() {
        let ours = ours(Role::Server, LIMITS, first, &bytes, 1);
        let theirs = tungstenite_0_30(Role::Server, LIMITS, first, &bytes, 1);
        assert_ne!(ours, theirs, "{name}");
        rows.push(json!([name, shown(&ours), shown(&theirs)]));
    }
    let table = json!({
        "caption": "What a server makes of it",
        "columns": ["what arrives", "this chapter", "tungstenite 0.30.0"],
        "rows": rows,
        "note": "Of everything else that was generated or mutated, both made the same.",
    });
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        let text = serde_json::to_string_pretty(&table).expect("it is JSON");
        insta::assert_snapshot!("differences", text);
    });
}
