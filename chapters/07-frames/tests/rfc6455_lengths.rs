//! The payload lengths at which the form of the header changes (RFC 6455 §5.2), and that
//! a payload costs the decoder nothing.

mod common;

use std::mem::{needs_drop, size_of};

use bytes::BytesMut;
use common::{KEY, decode_at_every_cut, decode_pieces, frame};
use frames::{Decoder, Header, MaskingKey, Opcode, Part, Role, put_frame};

const LENGTHS: [(usize, &[u8]); 6] = [
    (0, b"\x00"),
    (125, b"\x7d"),
    (126, b"\x7e\x00\x7e"),
    (127, b"\x7e\x00\x7f"),
    (65_535, b"\x7e\xff\xff"),
    (65_536, b"\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
];

fn encoded(opcode: Opcode, key: Option<MaskingKey>, payload: &[u8]) -> BytesMut {
    let mut out = BytesMut::new();
    let header = Header {
        masking_key: key,
        ..Header::new(opcode, 0)
    };
    put_frame(header, payload, &mut out);
    out
}

#[test]
fn rfc6455_5_2_each_length_has_its_form() {
    for (length, form) in LENGTHS {
        let header = Header::new(Opcode::Binary, length as u64).encode();
        assert_eq!(&*header, [b"\x82", form].concat(), "{length}");
        // The MASK bit is in the byte where the length begins.
        let masked = encoded(Opcode::Binary, Some(KEY), &vec![0; length]);
        assert_eq!(masked[1], form[0] | 0x80, "{length}");
        let key_at = 1 + form.len();
        assert_eq!(masked[2..key_at], form[1..], "{length}");
        assert_eq!(masked[key_at..key_at + 4], KEY.0, "{length}");
        assert_eq!(masked.len(), key_at + 4 + length);
    }
}

#[test]
fn rfc6455_5_2_each_length_is_read_in_both_roles() {
    for (length, _) in LENGTHS {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        for (role, key) in [(Role::Client, None), (Role::Server, Some(KEY))] {
            let bytes = encoded(Opcode::Binary, key, &payload);
            let expected = vec![frame(Opcode::Binary, key, &payload)];
            let decoder = Decoder::new(role);
            let outcome = match length {
                ..=127 => decode_at_every_cut(&decoder, &bytes),
                // Every cut of 64 KiB takes a while: those around its ends, and a few.
                _ => {
                    let last = bytes.len() - 1;
                    for at in (0..20).chain([1_001, 40_002, last]) {
                        let (front, rest) = bytes.split_at(at);
                        let outcome =
                            decode_pieces(&mut decoder.clone(), [front, rest]);
                        assert!(outcome == (expected.clone(), None), "cut at {at}");
                    }
                    decode_pieces(&mut decoder.clone(), bytes.chunks(997))
                }
            };
            assert!(outcome == (expected, None), "{length} bytes to a {role:?}");
        }
    }
}

#[test]
fn rfc6455_5_7_a_frame_that_is_whole_is_one_part_in_its_place() {
    let mut bytes = encoded(Opcode::Text, Some(KEY), b"Hello");
    let place = bytes[6..].as_ptr();
    let mut input = &mut bytes[..];
    let mut decoder = Decoder::new(Role::Server);
    let part = decoder.decode(&mut input).expect("legal").expect("whole");
    assert!(part.first && part.last);
    assert_eq!(part.payload, b"Hello");
    assert_eq!(part.payload.as_ptr(), place, "nothing is copied");
    assert!(input.is_empty());
}

#[test]
fn rfc6455_5_2_the_first_part_comes_with_the_header() {
    let mut header = *b"\x82\x7f\0\0\0\0\0\xff\xff\xff";
    let mut decoder = Decoder::new(Role::Client);
    let part = decoder.decode(&mut &mut header[..]);
    let part = part.expect("legal").expect("a part");
    let nothing: &mut [u8] = &mut [];
    let expected = Part {
        header: Header::new(Opcode::Binary, 0xff_ffff),
        payload: nothing,
        first: true,
        last: false,
    };
    assert_eq!(part, expected, "who does not want it can say so now");
    // And no second one before there is something to hand on.
    assert_eq!(decoder.decode(&mut &mut [][..]), Ok(None));
}

#[test]
fn rfc6455_10_4_no_memory_is_reserved_for_a_payload() {
    // A value without a destructor owns no memory besides its own.
    assert!(!needs_drop::<Decoder>());
    assert!(size_of::<Decoder>() <= 64, "{}", size_of::<Decoder>());
}
