//! The examples of RFC 6455 §5.7, in both directions and at every split point.

mod common;

use bytes::BytesMut;
use common::{Frame, KEY, decode_at_every_cut, frame};
use frames::{Decoder, Header, Opcode, Role, put_frame};

/// Each example as it stands there: who reads it, its bytes, and what it means.
fn examples() -> Vec<(Role, Vec<u8>, Vec<Frame>)> {
    let part = |fin, opcode, text: &[u8]| {
        let whole = frame(opcode, None, text);
        let header = Header {
            fin,
            ..whole.header
        };
        Frame { header, ..whole }
    };
    let large = |header: &[u8], length: usize| {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        let expected = vec![frame(Opcode::Binary, None, &payload)];
        (Role::Client, [header, &payload].concat(), expected)
    };
    vec![
        // "A single-frame unmasked text message"
        (
            Role::Client,
            b"\x81\x05\x48\x65\x6c\x6c\x6f".to_vec(),
            vec![frame(Opcode::Text, None, b"Hello")],
        ),
        // "A single-frame masked text message"
        (
            Role::Server,
            b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58".to_vec(),
            vec![frame(Opcode::Text, Some(KEY), b"Hello")],
        ),
        // "A fragmented unmasked text message"
        (
            Role::Client,
            b"\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f".to_vec(),
            vec![
                part(false, Opcode::Text, b"Hel"),
                part(true, Opcode::Continuation, b"lo"),
            ],
        ),
        // "Unmasked Ping request and masked Ping response"
        (
            Role::Client,
            b"\x89\x05\x48\x65\x6c\x6c\x6f".to_vec(),
            vec![frame(Opcode::Ping, None, b"Hello")],
        ),
        (
            Role::Server,
            b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58".to_vec(),
            vec![frame(Opcode::Pong, Some(KEY), b"Hello")],
        ),
        // "256 bytes binary message in a single unmasked frame"
        large(b"\x82\x7e\x01\x00", 256),
    ]
}

/// The last example, whose length takes eight bytes.
fn large_example() -> (Vec<u8>, Vec<u8>) {
    let payload = vec![0x5a; 65_536];
    let header = b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00";
    ([&header[..], &payload].concat(), payload)
}

#[test]
fn rfc6455_5_7_each_example_is_read_however_it_is_cut() {
    for (role, bytes, expected) in examples() {
        let outcome = decode_at_every_cut(&Decoder::new(role), &bytes);
        assert_eq!(outcome, (expected, None), "{bytes:x?}");
    }
}

#[test]
fn rfc6455_5_7_each_example_is_written() {
    for (_, bytes, frames) in examples() {
        let mut out = BytesMut::new();
        for frame in frames {
            put_frame(frame.header, &frame.payload, &mut out);
        }
        assert_eq!(out, bytes);
    }
}

#[test]
fn rfc6455_5_7_the_example_of_64_kib_in_both_directions() {
    let (bytes, payload) = large_example();
    let mut out = BytesMut::new();
    put_frame(Header::new(Opcode::Binary, 0), &payload, &mut out);
    assert_eq!(out, bytes);

    let expected = vec![frame(Opcode::Binary, None, &payload)];
    // Every cut in the header and around its end, and some in the payload.
    let places = (0..16).chain([100, 32_768, bytes.len() - 1, bytes.len()]);
    for place in places {
        let (front, rest) = bytes.split_at(place);
        let mut decoder = Decoder::new(Role::Client);
        let outcome = common::decode_pieces(&mut decoder, [front, rest]);
        assert!(outcome == (expected.clone(), None), "cut at {place}");
    }
}
