//! However the bytes come, the same is told and the same is said.

mod common;

use common::{End, close, frame_to, in_both_roles};
use connection::Role;
use frames::Opcode;

/// What a peer might say, right and wrong.
fn conversations(to: Role) -> Vec<Vec<u8>> {
    let frame = |fin, opcode, payload: &[u8]| frame_to(to, fin, opcode, payload);
    let goodbye = frame(true, Opcode::Close, &close(1000, "bye"));
    let join = |frames: &[Vec<u8>]| frames.concat();
    vec![
        join(&[
            frame(true, Opcode::Text, "ünï 🦀".as_bytes()),
            frame(true, Opcode::Ping, b"there?"),
            frame(true, Opcode::Binary, &[7; 130]),
            goodbye.clone(),
        ]),
        join(&[
            frame(false, Opcode::Text, b"\xf0\x9f"),
            frame(true, Opcode::Ping, b""),
            frame(false, Opcode::Continuation, b""),
            frame(true, Opcode::Continuation, b"\xa6\x80"),
            frame(true, Opcode::Pong, &[b'x'; 125]),
            goodbye.clone(),
            frame(true, Opcode::Text, b"behind the goodbye"),
        ]),
        join(&[frame(true, Opcode::Text, b"fine"), goodbye[..3].to_vec()]),
    ]
}

/// And what fails, each behind something that does not.
fn failures(to: Role) -> Vec<Vec<u8>> {
    let frame = |fin, opcode, payload: &[u8]| frame_to(to, fin, opcode, payload);
    let goodbye = frame(true, Opcode::Close, &close(1000, "bye"));
    let join = |frames: &[Vec<u8>]| frames.concat();
    vec![
        join(&[
            frame(true, Opcode::Ping, b"1"),
            b"\xff\xff\xff\xff".to_vec(),
        ]),
        join(&[
            frame(true, Opcode::Ping, b"2"),
            frame(true, Opcode::Text, b"ok\xffno"),
            goodbye.clone(),
        ]),
        join(&[
            frame(true, Opcode::Ping, b"3"),
            frame(true, Opcode::Continuation, b"of nothing"),
            goodbye.clone(),
        ]),
        join(&[
            frame(false, Opcode::Text, b"a"),
            frame(true, Opcode::Text, b"b"),
        ]),
        join(&[frame(true, Opcode::Close, b"!"), goodbye.clone()]),
        join(&[frame(true, Opcode::Close, &close(1005, "")), goodbye]),
    ]
}

#[test]
fn at_every_split_point_the_same() {
    in_both_roles(|role| {
        for conversation in [conversations(role), failures(role)].concat() {
            let mut whole = End::new(role);
            let expected = (whole.hears_bytes(conversation.clone()), whole.says());
            for split in 0..=conversation.len() {
                let mut end = End::new(role);
                let (first, second) = conversation.split_at(split);
                let mut told = end.hears_bytes(first.to_vec());
                told.extend(end.hears_bytes(second.to_vec()));
                assert_eq!((told, end.says()), expected, "{role:?}, split at {split}");
            }
            let mut end = End::new(role);
            let told = end.hears_each_byte(&conversation);
            assert_eq!((told, end.says()), expected, "{role:?}, each byte alone");
        }
    });
}

/// §7.1.7 and §8.1: a failure is told with the first byte that shows it, whatever is still
/// to come.
#[test]
fn rfc6455_8_1_a_failure_is_told_at_its_first_byte() {
    in_both_roles(|role| {
        let mut bytes = frame_to(role, true, Opcode::Text, &[b'x'; 1000]);
        let header = bytes.len() - 1000;
        // Masked or not: in the place of an `x`, what is no text.
        bytes[header + 500] ^= b'x' ^ 0xff;
        let mut end = End::new(role);
        let told: Vec<_> = bytes
            .iter()
            .map(|byte| end.hears_bytes(vec![*byte]))
            .collect();
        let at = told.iter().position(|told| !told.is_empty());
        assert_eq!(at, Some(header + 500));
        assert_eq!(end.says(), ["close 1007"]);
    });
}
