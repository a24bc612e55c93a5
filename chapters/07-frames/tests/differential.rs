//! What other libraries make of the same bytes: tungstenite 0.29.0 (which axum 0.8 has) and
//! 0.30.0, fastwebsockets 0.10.0.

mod common;
mod peers;

use std::io::Cursor;

use common::{KEY, thousands};
use frames::{Header, Opcode, Role};
use peers::Fate;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use tungstenite_0_30::protocol::frame::FrameHeader;

/// tungstenite's reading of a header: its bytes, and what they say.
fn by_tungstenite(bytes: &[u8]) -> Option<Option<(Vec<u8>, usize)>> {
    let mut cursor = Cursor::new(bytes);
    let (header, length) = match FrameHeader::parse(&mut cursor) {
        Ok(Some(read)) => read,
        Ok(None) => return Some(None),
        Err(_) => return None,
    };
    let mut written = Vec::new();
    header.format(length, &mut written).expect("a Vec takes it");
    Some(Some((written, cursor.position() as usize)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// A header that we take means the same to tungstenite, which takes as many bytes for
    /// it and writes it as we do. One that we refuse it refuses too, waits with, or it is
    /// one of the differences below.
    #[test]
    fn a_header_means_the_same_to_tungstenite(
        first: u8,
        second in prop_oneof![any::<u8>(), Just(126), Just(254), Just(127), Just(255)],
        rest in vec(prop_oneof![any::<u8>(), Just(0)], 0..14),
    ) {
        let bytes = [&[first, second][..], &rest].concat();
        let theirs = by_tungstenite(&bytes);
        match Header::decode(&bytes) {
            Ok(Some((header, length))) => {
                prop_assert_eq!(theirs, Some(Some((header.encode().to_vec(), length))));
            }
            Ok(None) => prop_assert_eq!(theirs, Some(None)),
            Err(error) => {
                use frames::FrameError::{
                    ControlTooLong, FragmentedControl, LengthNotShortest, LengthTopBit,
                    ReservedOpcode,
                };
                let known = match error {
                    // It looks at these after the whole header, and not at its own size.
                    ReservedOpcode(_) => matches!(theirs, None | Some(None)),
                    // And at these after the payload, or never.
                    LengthNotShortest | LengthTopBit => true,
                    FragmentedControl(_) | ControlTooLong(_) => theirs.is_some(),
                    _ => false,
                };
                prop_assert!(known, "{} and {:?}", error, theirs);
            }
        }
    }
}

/// A frame that breaks a rule: its name, who reads it, and its header. Its payload are
/// zeros, as many as the header says.
type Case = (&'static str, Role, &'static [u8], u64);

/// With a payload of 1,000 bytes where the rule allows one, to show who waits for it.
const CASES: [Case; 9] = [
    (
        "a reserved bit (§5.2)",
        Role::Client,
        b"\xc2\x7e\x03\xe8",
        1_000,
    ),
    (
        "a reserved opcode (§5.2)",
        Role::Client,
        b"\x83\x7e\x03\xe8",
        1_000,
    ),
    (
        "not masked, to a server (§5.1)",
        Role::Server,
        b"\x82\x7e\x03\xe8",
        1_000,
    ),
    (
        "masked, to a client (§5.1)",
        Role::Client,
        b"\x82\xfe\x03\xe8\0\0\0\0",
        1_000,
    ),
    ("a ping without FIN (§5.5)", Role::Client, b"\x09\x7d", 125),
    (
        "a ping of 126 bytes (§5.5)",
        Role::Client,
        b"\x89\x7e\x00\x7e",
        126,
    ),
    (
        "a pong of 126 bytes (§5.5)",
        Role::Client,
        b"\x8a\x7e\x00\x7e",
        126,
    ),
    (
        "5 bytes, the length in two (§5.2)",
        Role::Client,
        b"\x82\x7e\x00\x05",
        5,
    ),
    (
        "a length with its top bit (§5.2)",
        Role::Client,
        b"\x82\x7f\x80\0\0\0\0\0\0\0",
        0,
    ),
];

fn shown(fate: Fate) -> String {
    match fate {
        Fate::Taken => "takes it".to_owned(),
        Fate::RefusedAfter(1) => "1 byte".to_owned(),
        Fate::RefusedAfter(bytes) => format!("{} bytes", thousands(bytes)),
        Fate::Waiting => "waits on".to_owned(),
    }
}

#[test]
fn peer_after_how_many_bytes_a_frame_is_refused() {
    let mut rows = Vec::new();
    for (name, role, header, payload) in CASES {
        let bytes = [header, &vec![0; payload as usize]].concat();
        let fates = [
            peers::ours(role, &bytes),
            peers::tungstenite_0_30(role, &bytes),
            peers::fastwebsockets_0_10(role, &bytes),
        ];
        // axum's version makes no difference here.
        assert_eq!(peers::tungstenite_0_29(role, &bytes), fates[1], "{name}");
        // The mistake is in the first bytes, and nobody needs more than the header.
        assert!(matches!(fates[0], Fate::RefusedAfter(1..=4)), "{name}");
        let [ours, tungstenite, fastwebsockets] = fates.map(shown);
        rows.push(json!([
            name,
            thousands(bytes.len()),
            ours,
            tungstenite,
            fastwebsockets
        ]));
    }
    let table = json!({
        "caption": "After how many bytes a frame is refused",
        "columns": [
            "a frame with", "its bytes", "ours", "tungstenite 0.30", "fastwebsockets 0.10",
        ],
        "rows": rows,
        "note": "each byte fed alone; default settings; tungstenite 0.29 as 0.30",
    });
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("refusals", format!("{table:#}"));
    });
}

#[test]
fn peer_tungstenite_takes_a_length_in_any_form() {
    // Five bytes, their length in each of the three forms: §5.2 allows the first.
    for form in [&b"\x05"[..], b"\x7e\x00\x05", b"\x7f\0\0\0\0\0\0\0\x05"] {
        let frame = [b"\x82", form, b"Hello"].concat();
        assert_eq!(peers::tungstenite_0_29(Role::Client, &frame), Fate::Taken);
        assert_eq!(peers::tungstenite_0_30(Role::Client, &frame), Fate::Taken);
        assert_eq!(
            peers::fastwebsockets_0_10(Role::Client, &frame),
            Fate::Taken
        );
        let shortest = form.len() == 1;
        assert_eq!(peers::ours(Role::Client, &frame) == Fate::Taken, shortest);
    }
}

#[test]
fn peer_all_of_them_take_what_is_legal() {
    for opcode in [Opcode::Text, Opcode::Binary, Opcode::Ping, Opcode::Pong] {
        for (role, key) in [(Role::Client, None), (Role::Server, Some(KEY))] {
            let mut frame = bytes::BytesMut::new();
            let header = Header {
                masking_key: key,
                ..Header::new(opcode, 0)
            };
            frames::put_frame(header, b"Hello", &mut frame);
            for read in [
                peers::ours,
                peers::tungstenite_0_29,
                peers::tungstenite_0_30,
                peers::fastwebsockets_0_10,
            ] {
                assert_eq!(read(role, &frame), Fate::Taken, "{opcode} to {role:?}");
            }
        }
    }
}
