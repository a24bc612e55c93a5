//! What RFC 6455 §5.1, §5.2 and §5.5 refuse, in both roles and however the bytes are cut,
//! and at which byte.

mod common;

use common::{KEY, decode_at_every_cut, decode_pieces, frame};
use frames::{DEFAULT_MAX_PAYLOAD, Decoder, FrameError, Header, Opcode, Role, Rsv};

const ROLES: [Role; 2] = [Role::Client, Role::Server];

/// The bytes as the peer of `role` sends them: those of a client get the MASK bit and a
/// key.
fn from_peer(role: Role, unmasked: &[u8]) -> Vec<u8> {
    let mut bytes = unmasked.to_vec();
    if let (Role::Server, [_, second, ..]) = (role, &mut bytes[..]) {
        let extended = match *second {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        *second |= 0x80;
        let key_at = (2 + extended).min(bytes.len());
        bytes.splice(key_at..key_at, KEY.0);
    }
    bytes
}

/// Asserts that both roles refuse, when and not before `seen` bytes have come.
#[track_caller]
fn refused(unmasked: &[u8], seen: usize, expected: FrameError) {
    for role in ROLES {
        refused_by(
            Decoder::new(role),
            &from_peer(role, unmasked),
            seen,
            expected,
        );
    }
}

#[track_caller]
fn refused_by(decoder: Decoder, bytes: &[u8], seen: usize, expected: FrameError) {
    let outcome = decode_at_every_cut(&decoder, bytes);
    assert_eq!(outcome, (vec![], Some(expected)), "{bytes:x?}");
    let before = decode_pieces(&mut decoder.clone(), [&bytes[..seen - 1]]);
    assert_eq!(
        before,
        (vec![], None),
        "byte {seen} of {bytes:x?} is the mistake"
    );
    let at = decode_pieces(&mut decoder.clone(), [&bytes[..seen]]);
    assert_eq!(at.1, Some(expected), "byte {seen} of {bytes:x?} is enough");
}

#[test]
fn rfc6455_5_1_a_server_refuses_a_frame_that_is_not_masked() {
    let decoder = Decoder::new(Role::Server);
    refused_by(decoder.clone(), b"\x81\x05Hello", 2, FrameError::Unmasked);
    // An empty payload has nothing to mask, and its frame has to be masked all the same.
    refused_by(decoder.clone(), b"\x81\x00", 2, FrameError::Unmasked);
    refused_by(decoder, b"\x89\x00", 2, FrameError::Unmasked);
}

#[test]
fn rfc6455_5_1_a_client_refuses_a_frame_that_is_masked() {
    let decoder = Decoder::new(Role::Client);
    let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    refused_by(decoder.clone(), masked, 2, FrameError::Masked);
    // A key of zeros changes nothing, and is one.
    refused_by(decoder, b"\x82\x80\0\0\0\0", 2, FrameError::Masked);
}

#[test]
fn rfc6455_5_2_reserved_bits_are_refused_without_an_extension() {
    for (byte, rsv) in [
        (0xc1, Rsv::RSV1),
        (0xa1, Rsv::RSV2),
        (0x91, Rsv::RSV3),
        (0xf1, Rsv::ALL),
    ] {
        refused(&[byte, 0], 1, FrameError::ReservedBits(rsv));
    }
}

#[test]
fn rfc6455_5_2_an_extension_allows_its_own_bits_only() {
    for role in ROLES {
        let decoder = Decoder::new(role).allow(Rsv::RSV1);
        let bytes = from_peer(role, b"\xc1\x00");
        let (frames, error) = decode_at_every_cut(&decoder, &bytes);
        assert_eq!((frames[0].header.rsv, error), (Rsv::RSV1, None));
        let unknown = FrameError::ReservedBits(Rsv::RSV3);
        refused_by(decoder, &from_peer(role, b"\xd1\x00"), 1, unknown);
    }
}

#[test]
fn rfc6455_5_2_reserved_opcodes_are_refused() {
    for bits in (0x3..=0x7).chain(0xb..=0xf) {
        refused(&[0x80 | bits, 0], 1, FrameError::ReservedOpcode(bits));
    }
}

#[test]
fn rfc6455_5_2_the_other_opcodes_are_taken() {
    use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};
    for (bits, opcode) in [
        (0x0, Continuation),
        (0x1, Text),
        (0x2, Binary),
        (0x8, Close),
        (0x9, Ping),
        (0xa, Pong),
    ] {
        assert_eq!(
            (Opcode::from_bits(bits), opcode.bits()),
            (Some(opcode), bits)
        );
        assert_eq!(opcode.is_control(), bits >= 0x8);
        for role in ROLES {
            let bytes = from_peer(role, &[0x80 | bits, 0]);
            let key = (role == Role::Server).then_some(KEY);
            let outcome = decode_at_every_cut(&Decoder::new(role), &bytes);
            assert_eq!(outcome, (vec![frame(opcode, key, b"")], None));
        }
    }
}

#[test]
fn rfc6455_5_2_a_length_not_in_its_shortest_form_is_refused() {
    let not_shortest = FrameError::LengthNotShortest;
    refused(b"\x82\x7e\x00\x00", 4, not_shortest);
    refused(b"\x82\x7e\x00\x7d", 4, not_shortest);
    // Six bytes of zeros say enough: what the last two can add needs no more than two.
    refused(b"\x82\x7f\0\0\0\0\0\0\x00\x05", 8, not_shortest);
    refused(b"\x82\x7f\0\0\0\0\0\0\xff\xff", 8, not_shortest);
}

#[test]
fn rfc6455_5_2_a_length_with_its_top_bit_set_is_refused() {
    for byte in [0x80, 0xff] {
        let bytes = [0x82, 0x7f, byte, 0, 0, 0, 0, 0, 0, 0];
        refused(&bytes, 3, FrameError::LengthTopBit);
        // Without any limit too.
        let decoder = Decoder::new(Role::Client).max_payload(u64::MAX);
        refused_by(decoder, &bytes, 3, FrameError::LengthTopBit);
    }
}

#[test]
fn rfc6455_5_2_the_longest_length_there_is() {
    let bytes = [&[0x82, 0x7f, 0x7f][..], &[0xff; 7], b"x"].concat();
    let mut bytes = bytes.clone();
    let mut decoder = Decoder::new(Role::Client).max_payload(u64::MAX);
    let part = decoder.decode(&mut &mut bytes[..]).expect("it is legal");
    let part = part.expect("the header is whole");
    assert_eq!(part.header.payload_length, i64::MAX as u64);
    assert_eq!(
        (&*part.payload, part.first, part.last),
        (&b"x"[..], true, false)
    );
}

#[test]
fn rfc6455_5_5_a_control_frame_is_not_fragmented() {
    for opcode in [Opcode::Close, Opcode::Ping, Opcode::Pong] {
        let mistake = FrameError::FragmentedControl(opcode);
        refused(&[opcode.bits(), 0], 1, mistake);
    }
}

#[test]
fn rfc6455_5_5_a_control_frame_has_at_most_125_bytes() {
    for opcode in [Opcode::Close, Opcode::Ping, Opcode::Pong] {
        let mistake = FrameError::ControlTooLong(opcode);
        let first = 0x80 | opcode.bits();
        refused(&[first, 126, 0, 126], 2, mistake);
        refused(&[first, 127, 0, 0, 0, 0, 0, 1, 0, 0], 2, mistake);
        for role in ROLES {
            let bytes = [&[first, 125][..], &[b'x'; 125]].concat();
            let bytes = from_peer(role, &bytes);
            let (frames, error) = decode_at_every_cut(&Decoder::new(role), &bytes);
            assert_eq!((frames.len(), error), (1, None));
        }
    }
}

#[test]
fn rfc6455_10_4_the_limit_counts_the_payload_of_a_frame() {
    for (limit, within, beyond, seen) in [
        (0, &b"\x82\x00"[..], &b"\x82\x01"[..], 2),
        (124, b"\x82\x7c", b"\x82\x7d", 2),
        (125, b"\x82\x7d", b"\x82\x7e\x00\x7e", 4),
        // The first byte of the two: 0x0100 at least.
        (255, b"\x82\x7e\x00\xff", b"\x82\x7e\x01\x00", 3),
        (
            65_535,
            b"\x82\x7e\xff\xff",
            b"\x82\x7f\0\0\0\0\0\x01\0\0",
            8,
        ),
        (
            DEFAULT_MAX_PAYLOAD,
            b"\x82\x7f\0\0\0\0\x01\0\0\0",
            b"\x82\x7f\0\0\0\0\x01\0\0\x01",
            10,
        ),
    ] {
        for role in ROLES {
            let decoder = Decoder::new(role).max_payload(limit);
            let header = from_peer(role, within);
            let taken = decode_pieces(&mut decoder.clone(), [&header[..]]);
            assert_eq!(taken.1, None, "{limit} bytes");
            let beyond = from_peer(role, beyond);
            refused_by(decoder, &beyond, seen, FrameError::PayloadTooLarge(limit));
        }
    }
}

#[test]
fn rfc6455_7_4_1_every_mistake_has_its_close_code() {
    assert_eq!(FrameError::PayloadTooLarge(9).close_code(), 1009);
    for mistake in [
        FrameError::ReservedBits(Rsv::RSV1),
        FrameError::ReservedOpcode(3),
        FrameError::FragmentedControl(Opcode::Ping),
        FrameError::ControlTooLong(Opcode::Ping),
        FrameError::Unmasked,
        FrameError::Masked,
        FrameError::LengthNotShortest,
        FrameError::LengthTopBit,
    ] {
        assert_eq!(mistake.close_code(), 1002, "{mistake}");
        assert!(mistake.to_string().contains(mistake.section()), "{mistake}");
    }
}

#[test]
fn rfc6455_7_1_7_after_a_mistake_nothing_is_taken() {
    let mut decoder = Decoder::new(Role::Client);
    let mistake = Some(FrameError::ReservedOpcode(3));
    // What came before the mistake counts.
    let (frames, error) =
        decode_pieces(&mut decoder, [&b"\x81\x02Hi\x83\x81\x02Hi"[..]]);
    assert_eq!(
        (frames, error),
        (vec![frame(Opcode::Text, None, b"Hi")], mistake)
    );
    let mut bytes = *b"\x81\x02Hi";
    let mut input = &mut bytes[..];
    assert_eq!(decoder.decode(&mut input).err(), mistake);
    assert_eq!(input, b"\x81\x02Hi");
}

#[test]
fn a_header_alone_is_read_without_a_role() {
    for bytes in [
        &b"\x81\x05"[..],
        b"\x81\x85\x37\xfa\x21\x3d",
        b"\xf0\x7e\x01\x00",
    ] {
        let (header, length) = Header::decode(bytes).expect("legal").expect("whole");
        assert_eq!((length, &*header.encode()), (bytes.len(), bytes));
        for end in 0..bytes.len() {
            assert_eq!(Header::decode(&bytes[..end]), Ok(None));
        }
    }
}
