//! The chapter's own writer has the last word.

use bytes::BytesMut;
use frames::{Header, MaskingKey, Opcode, put_frame};
use wiretap::verdict::{self, Rule};

use crate::subject::e1_frame::client_frame;

const FRAME: Rule = Rule::new(
    "RFC 6455 §5.2",
    "A frame is two bytes, a longer length if there is one, the key, and the payload.",
);
const MASK: Rule = Rule::new(
    "RFC 6455 §5.3",
    "Byte i of the payload is XORed with byte i modulo 4 of the masking key.",
);
const LENGTH: Rule = Rule::new(
    "RFC 6455 §5.2",
    "The fewest bytes that a length fits in are used for it: one up to 125, three up to \
     65,535, nine beyond; the most significant one first.",
);

const KEY: MaskingKey = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);

fn expected(opcode: Opcode, key: MaskingKey, payload: &[u8]) -> BytesMut {
    let mut frame = BytesMut::new();
    let header = Header {
        masking_key: Some(key),
        ..Header::new(opcode, 0)
    };
    put_frame(header, payload, &mut frame);
    frame
}

/// A known wrong answer, and what is wrong with it.
#[track_caller]
fn mistake(wrong: &[u8], yours: &[u8], why: &str) {
    if yours == wrong {
        let hex: Vec<String> = yours.iter().map(|byte| format!("{byte:02x}")).collect();
        verdict::fail(FRAME, format!("Yours is {}. {why}", hex.join(" ")));
    }
}

#[test]
fn an_empty_frame() {
    let yours = client_frame(Opcode::Ping, KEY, b"");
    let why = "The MASK bit is the first of the second byte: without it, the key is taken \
               for the payload, or for the next frame.";
    mistake(b"\x89\x00\x37\xfa\x21\x3d", &yours, why);
    let why = "An empty payload is masked too: the bit is set, and the key is there.";
    mistake(b"\x89\x80", &yours, why);
    let why = "FIN is missing: a control frame without it is refused, and a message would \
               go on.";
    mistake(b"\x09\x80\x37\xfa\x21\x3d", &yours, why);
    verdict::frame(FRAME, expected(Opcode::Ping, KEY, b""), yours);
}

#[test]
fn the_example_of_section_5_7() {
    let yours = client_frame(Opcode::Text, KEY, b"Hello");
    if yours.ends_with(b"Hello") {
        let why = "The payload is on the wire as it is: the key is sent, and nothing is \
                   masked with it.";
        verdict::fail(MASK, why);
    }
    if yours.ends_with(b"\x7f\x52\x5b\x5b\x58") {
        let why = "Every byte is masked with the first byte of the key.";
        verdict::fail(MASK, why);
    }
    verdict::frame(MASK, expected(Opcode::Text, KEY, b"Hello"), yours);
}

#[test]
fn with_another_key() {
    for key in [[1, 2, 3, 4], [0xde, 0xad, 0xbe, 0xef]] {
        let key = MaskingKey(key);
        let yours = client_frame(Opcode::Text, key, b"Hello");
        if yours.get(2..6) == Some(&KEY.0) {
            let why = "You write the key of the example. It is an argument, and another one \
                       for each frame.";
            verdict::fail(MASK, why);
        }
        verdict::frame(MASK, expected(Opcode::Text, key, b"Hello"), yours);
    }
}

#[test]
fn a_length_in_three_bytes() {
    for length in [125, 256, 126, 127, 65_535] {
        let payload = vec![0x61; length];
        let yours = client_frame(Opcode::Binary, KEY, &payload);
        let expected = expected(Opcode::Binary, KEY, &payload);
        if yours.get(1) == Some(&0xff) {
            let why = format!(
                "{length} bytes are announced in the form of nine: a strict reader refuses \
                 the frame, since three are enough."
            );
            verdict::fail(LENGTH, why);
        }
        if length == 125 && yours.get(1) == Some(&0xfe) {
            let why = "125 still fits into the seven bits: 126 and 127 are the two that \
                       mean something else.";
            verdict::fail(LENGTH, why);
        }
        let swapped = [expected[3], expected[2]];
        if length == 256 && yours.get(2..4) == Some(&swapped) {
            let why =
                "The two bytes of the length are the wrong way round: 256 became 1.";
            verdict::fail(LENGTH, why);
        }
        // Only what differs is of interest, and that is at the beginning.
        let end = yours.len().min(16);
        verdict::frame(LENGTH, &expected[..16], &yours[..end]);
        verdict::bytes(MASK, expected, yours);
    }
}

#[test]
fn a_length_in_nine_bytes() {
    for length in [65_536, 0x01_02_03] {
        let payload = vec![0x61; length];
        let yours = client_frame(Opcode::Binary, KEY, &payload);
        let expected = expected(Opcode::Binary, KEY, &payload);
        if length == 65_536 && yours.get(1) == Some(&0xfe) {
            let why = "65,536 does not fit into two bytes: it becomes 0 there, and the whole \
                       payload is taken for frames.";
            verdict::fail(LENGTH, why);
        }
        // Only what differs is of interest, and that is at the beginning.
        let end = yours.len().min(20);
        verdict::frame(LENGTH, &expected[..20], &yours[..end]);
        verdict::bytes(MASK, expected, yours);
    }
}
