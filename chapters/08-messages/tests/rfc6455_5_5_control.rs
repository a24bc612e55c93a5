//! Control frames (RFC 6455 §5.5), alone and among the fragments of a message, in both
//! roles.

mod common;

use common::{
    BINARY, BOTH, CLOSE, CONTINUATION, FIN, PING, PONG, Receiver, TEXT, binary,
    exchange, frames_to, header_to, received, refused, text,
};
use frames::{FrameError, Opcode};
use messages::{Limits, MessageError, Received, Refusal};

const KINDS: [(u8, Opcode); 3] = [
    (CLOSE, Opcode::Close),
    (PING, Opcode::Ping),
    (PONG, Opcode::Pong),
];

/// A control frame as it is received.
fn control(opcode: Opcode, payload: &[u8]) -> Received<'_> {
    match opcode {
        Opcode::Close => Received::Close(payload.into()),
        Opcode::Ping => Received::Ping(payload.into()),
        Opcode::Pong => Received::Pong(payload.into()),
        Opcode::Text | Opcode::Binary | Opcode::Continuation => {
            panic!("{opcode} is no control frame")
        }
    }
}

#[test]
fn rfc6455_5_5_a_control_frame_has_any_bytes_up_to_125() {
    let payload: Vec<u8> = (0..125).map(|at| at * 2).collect();
    for (first, opcode) in KINDS {
        for length in [0, 1, 2, 124, 125] {
            let payload = &payload[..length];
            let outcome = received(&[(FIN | first, payload)]);
            assert_eq!(outcome, [control(opcode, payload)]);
        }
    }
}

#[test]
fn rfc6455_5_5_one_of_126_bytes_fails_with_its_header() {
    for role in BOTH {
        for (first, opcode) in KINDS {
            let mut receiver = Receiver::new(role, Limits::default());
            let header = header_to(role, FIN | first, 126);
            let refusal = receiver.take(&header[..2]).expect_err("it says 126");
            assert_eq!(refusal, Refusal::Frame(FrameError::ControlTooLong(opcode)));
            assert_eq!(refusal.close_code(), 1002);
        }
    }
}

#[test]
fn rfc6455_5_5_one_without_fin_fails_with_its_first_byte() {
    for role in BOTH {
        for (first, opcode) in KINDS {
            let mut receiver = Receiver::new(role, Limits::default());
            let refusal = receiver.take(&[first]).expect_err("FIN is not set");
            assert_eq!(
                refusal,
                Refusal::Frame(FrameError::FragmentedControl(opcode))
            );
            assert_eq!(refusal.close_code(), 1002);
        }
    }
}

#[test]
fn rfc6455_5_4_control_frames_stand_between_any_two_fragments() {
    for (first, opcode) in KINDS {
        for place in 0..4 {
            let mut frames: Vec<(u8, &[u8])> =
                vec![(TEXT, b"a"), (CONTINUATION, b"b"), (FIN, b"c")];
            frames.insert(place, (FIN | first, b"\xff\0"));
            let mut expected = vec![text("abc")];
            expected.insert(usize::from(place == 3), control(opcode, b"\xff\0"));
            assert_eq!(received(&frames), expected);
        }
    }
}

#[test]
fn rfc6455_5_4_many_control_frames_between_two_fragments_come_at_once_and_in_order() {
    let frames: [(u8, &[u8]); 6] = [
        (BINARY, b"\x01"),
        (FIN | PING, b"1"),
        (FIN | PONG, b"2"),
        (FIN | PING, b""),
        (FIN | CONTINUATION, b"\x02"),
        (FIN | CLOSE, b"\x03\xe8"),
    ];
    let expected = [
        Received::Ping(b"1".into()),
        Received::Pong(b"2".into()),
        Received::Ping(b"".into()),
        binary(b"\x01\x02"),
        Received::Close(b"\x03\xe8".into()),
    ];
    assert_eq!(received(&frames), expected);
    // A ping is answered though its message never ends.
    assert_eq!(received(&frames[..2]), expected[..1]);
}

#[test]
fn rfc6455_5_4_a_control_frame_does_not_end_a_character() {
    let crab = "🦀".as_bytes();
    for cut in 1..4 {
        let (left, right) = crab.split_at(cut);
        let frames = [(TEXT, left), (FIN | PING, b"\x80"), (FIN, right)];
        assert_eq!(
            received(&frames),
            [control(Opcode::Ping, b"\x80"), text("🦀")]
        );
    }
}

#[test]
fn rfc6455_5_4_a_control_frame_does_not_end_a_message() {
    let frames: [(u8, &[u8]); 3] =
        [(TEXT, b"a"), (FIN | PING, b""), (FIN | TEXT, b"b")];
    let (before, left, error) = refused(Limits::default(), &frames);
    assert_eq!(before, [control(Opcode::Ping, b"")]);
    assert_eq!(
        (left, error),
        (1, MessageError::MessageUnderWay(Opcode::Text))
    );
    // And does not begin one.
    let frames: [(u8, &[u8]); 2] = [(FIN | PING, b""), (FIN | CONTINUATION, b"b")];
    let (_, left, error) = refused(Limits::default(), &frames);
    assert_eq!((left, error), (1, MessageError::NothingToContinue));
}

#[test]
fn rfc6455_5_5_control_frames_cost_no_memory_that_stays() {
    for role in BOTH {
        let mut receiver = Receiver::new(role, Limits::default());
        let ping = frames_to(role, &[(FIN | PING, &[b'x'; 125])]);
        for byte in ping.iter().cycle().take(10 * ping.len()) {
            receiver.take(&[*byte]).expect("it is legal");
            assert!(receiver.assembler.reserved() <= 256);
        }
        assert_eq!(receiver.received.len(), 10);
        assert_eq!(receiver.assembler.reserved(), 0);
    }
}

#[test]
fn rfc6455_5_5_1_what_a_close_frame_says_is_the_next_layers_matter() {
    // One byte, a code that is never sent, a reason that is not UTF-8.
    for payload in [b"\x03".as_slice(), b"\x03\xed", b"\x03\xe8\xff"] {
        let outcome = exchange(Limits::default(), &[(FIN | CLOSE, payload)]);
        assert_eq!(outcome.refused, None);
        assert_eq!(outcome.received, [control(Opcode::Close, payload)]);
    }
}
