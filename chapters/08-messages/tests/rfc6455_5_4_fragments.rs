//! Fragments (RFC 6455 §5.4), in both roles.

mod common;

use std::borrow::Cow;

use common::{
    BINARY, BOTH, CONTINUATION, FIN, PING, PONG, Receiver, TEXT, binary, exchange,
    frames_to, header_to, payload_to, read, received, refused, text,
};
use frames::{Decoder, Opcode, Role};
use messages::{Assembler, Limits, Message, MessageError, Received, Refusal};

#[test]
fn rfc6455_5_7_the_examples_of_the_rfc() {
    let limits = Limits::default();
    let hello: &[u8] = b"\x81\x05Hello";
    assert_eq!(read(Role::Client, limits, hello).received, [text("Hello")]);
    let masked: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    assert_eq!(read(Role::Server, limits, masked).received, [text("Hello")]);
    let fragments: &[u8] = b"\x01\x03Hel\x80\x02lo";
    assert_eq!(
        read(Role::Client, limits, fragments).received,
        [text("Hello")]
    );
    let ping: &[u8] = b"\x89\x05Hello";
    let expected = [Received::Ping(b"Hello".into())];
    assert_eq!(read(Role::Client, limits, ping).received, expected);
    let pong: &[u8] = b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    let expected = [Received::Pong(b"Hello".into())];
    assert_eq!(read(Role::Server, limits, pong).received, expected);
    for size in [256, 65536] {
        let payload = vec![b'*'; size];
        let mut receiver = Receiver::new(Role::Client, limits);
        let bytes = frames_to(Role::Client, &[(FIN | BINARY, &payload)]);
        for piece in bytes.chunks(1000) {
            receiver.take(piece).expect("it is legal");
        }
        assert_eq!(receiver.received, [binary(&payload)]);
    }
}

#[test]
fn rfc6455_5_4_a_message_in_one_frame() {
    assert_eq!(received(&[(FIN | TEXT, b"Hello")]), [text("Hello")]);
    assert_eq!(received(&[(FIN | BINARY, b"\xff\0")]), [binary(b"\xff\0")]);
    assert_eq!(received(&[(FIN | TEXT, b"")]), [text("")]);
    assert_eq!(received(&[(FIN | BINARY, b"")]), [binary(b"")]);
    let two = received(&[(FIN | TEXT, b"one"), (FIN | BINARY, b"two")]);
    assert_eq!(two, [text("one"), binary(b"two")]);
}

#[test]
fn rfc6455_5_4_the_fragments_of_a_message_become_one() {
    let frames: [(u8, &[u8]); 4] = [
        (TEXT, b"one "),
        (CONTINUATION, b"two "),
        (CONTINUATION, b"three "),
        (FIN | CONTINUATION, b"four"),
    ];
    assert_eq!(received(&frames), [text("one two three four")]);
    let mut frames = frames;
    frames[0].0 = BINARY;
    assert_eq!(received(&frames), [binary(b"one two three four")]);
}

#[test]
fn rfc6455_5_4_the_type_of_a_message_is_that_of_its_first_fragment() {
    // 0xff is no text, and none is looked for in the second one.
    let messages = received(&[
        (TEXT, b"a"),
        (FIN | CONTINUATION, b"b"),
        (BINARY, b"\xff"),
        (FIN | CONTINUATION, b"\xff"),
    ]);
    assert_eq!(messages, [text("ab"), binary(b"\xff\xff")]);
}

#[test]
fn rfc6455_5_4_empty_fragments_are_legal() {
    let empty: &[u8] = b"";
    for first in [TEXT, BINARY] {
        for payloads in [[empty, b"x", empty], [b"x", empty, empty], [empty; 3]] {
            let messages = received(&[
                (first, payloads[0]),
                (CONTINUATION, payloads[1]),
                (FIN | CONTINUATION, payloads[2]),
            ]);
            let payload = payloads.concat();
            let expected = match first {
                TEXT => text(std::str::from_utf8(&payload).expect("ASCII")),
                _ => binary(&payload),
            };
            assert_eq!(messages, [expected]);
        }
    }
}

#[test]
fn rfc6455_5_4_a_continuation_with_nothing_begun_fails_with_its_header() {
    for first in [CONTINUATION, FIN | CONTINUATION] {
        let frames: [(u8, &[u8]); 3] =
            [(FIN | TEXT, b"done"), (FIN | PING, b""), (first, b"xyz")];
        let (before, left, error) = refused(Limits::default(), &frames);
        assert_eq!(before, [text("done"), Received::Ping(b"".into())]);
        assert_eq!((left, error), (3, MessageError::NothingToContinue));
        assert_eq!(error.close_code(), 1002);
    }
}

#[test]
fn rfc6455_5_4_a_new_message_within_another_fails_with_its_header() {
    for (first, opcode) in [(TEXT, Opcode::Text), (BINARY, Opcode::Binary)] {
        for fin in [0, FIN] {
            for begun in [TEXT, BINARY] {
                let frames: [(u8, &[u8]); 3] =
                    [(begun, b"a"), (CONTINUATION, b""), (fin | first, b"xyz")];
                let (before, left, error) = refused(Limits::default(), &frames);
                assert_eq!(before, []);
                assert_eq!((left, error), (3, MessageError::MessageUnderWay(opcode)));
                assert_eq!(error.close_code(), 1002);
            }
        }
    }
}

#[test]
fn rfc6455_5_4_a_message_in_one_piece_is_borrowed_and_any_other_is_gathered() {
    let mut decoder = Decoder::new(Role::Client);
    let mut assembler = Assembler::new(Limits::default());
    let mut bytes = *b"\x81\x02hi\x01\x01h\x80\x01i";
    let mut input = &mut bytes[..];
    let mut borrowed = Vec::new();
    while let Some(part) = decoder.decode(&mut input).expect("legal frames") {
        let message = assembler.receive(part).expect("legal messages");
        if let Some(Received::Message(Message::Text(text))) = message {
            assert_eq!(text, "hi");
            borrowed.push(matches!(text, Cow::Borrowed(_)));
        }
    }
    assert_eq!(borrowed, [true, false]);
}

#[test]
fn rfc6455_10_4_a_message_over_the_limit_fails_with_the_header_that_says_so() {
    let limits = Limits {
        max_message: 10,
        ..Limits::default()
    };
    for first in [TEXT, BINARY] {
        // Exactly the limit is allowed, in one frame and in several.
        let whole = exchange(limits, &[(FIN | first, b"0123456789")]);
        assert_eq!((whole.received.len(), whole.refused), (1, None));
        let frames: [(u8, &[u8]); 3] =
            [(first, b"01234"), (CONTINUATION, b"56789"), (FIN, b"")];
        let fragments = exchange(limits, &frames);
        assert_eq!(
            (fragments.received, fragments.refused),
            (whole.received, None)
        );
        // The first byte over it is not waited for.
        let (_, left, error) = refused(limits, &[(FIN | first, b"0123456789A")]);
        assert_eq!((left, error), (11, MessageError::TooLarge(10)));
        assert_eq!(error.close_code(), 1009);
        let frames: [(u8, &[u8]); 2] = [(first, b"01234"), (FIN, b"56789A")];
        let (_, left, error) = refused(limits, &frames);
        assert_eq!((left, error), (6, MessageError::TooLarge(10)));
    }
}

#[test]
fn rfc6455_10_4_control_frames_do_not_count() {
    let limits = Limits {
        max_message: 2,
        max_fragments: 2,
    };
    let frames: [(u8, &[u8]); 6] = [
        (TEXT, b"a"),
        (FIN | PING, b"more than two"),
        (FIN | PONG, b"more than two"),
        (FIN | PING, b""),
        (FIN | CONTINUATION, b"b"),
        (FIN | TEXT, b"cd"),
    ];
    let outcome = exchange(limits, &frames);
    assert_eq!(outcome.refused, None);
    assert_eq!(outcome.received.len(), 5);
}

#[test]
fn rfc6455_10_4_a_message_of_too_many_fragments_fails_with_the_header_of_the_next() {
    let limits = Limits {
        max_fragments: 3,
        ..Limits::default()
    };
    let frames: [(u8, &[u8]); 4] = [
        (TEXT, b"a"),
        (CONTINUATION, b""),
        (CONTINUATION, b""),
        (FIN, b"b"),
    ];
    let (_, left, error) = refused(limits, &frames);
    assert_eq!((left, error), (1, MessageError::TooManyFragments(3)));
    assert_eq!(error.close_code(), 1009);
    // Three are allowed, message after message.
    let three = [frames[0], frames[1], frames[3]];
    let outcome = exchange(limits, &[three, three].concat());
    assert_eq!(
        (outcome.received, outcome.refused),
        (vec![text("ab"); 2], None)
    );
}

#[test]
fn rfc6455_10_4_empty_fragments_without_end_are_stopped() {
    for role in BOTH {
        let mut receiver = Receiver::new(role, Limits::default());
        receiver
            .take(&frames_to(role, &[(TEXT, b"")]))
            .expect("a first fragment");
        let more = frames_to(role, &[(CONTINUATION, b"")]);
        let last = (0..1 << 20).find_map(|count| {
            let refusal = receiver.take(&more).err()?;
            Some((count, refusal))
        });
        let error = MessageError::TooManyFragments(1 << 16);
        assert_eq!(last, Some(((1 << 16) - 1, Refusal::Message(error))));
    }
}

#[test]
fn rfc6455_10_4_a_peer_that_announces_much_and_sends_nothing_costs_nothing() {
    const ANNOUNCED: u64 = 1 << 24;
    let limits = Limits {
        max_message: ANNOUNCED as usize,
        ..Limits::default()
    };
    for role in BOTH {
        for first in [TEXT, BINARY] {
            let mut receiver = Receiver::new(role, limits);
            let header = header_to(role, FIN | first, ANNOUNCED);
            receiver.take(&header).expect("it may be sent");
            assert_eq!(receiver.assembler.reserved(), 0);
            // And a peer that sends something makes this end reserve in proportion.
            let mut sent = 0;
            for size in [1, 1, 2, 3, 100, 4096, 4096, 16384, 100_000] {
                receiver
                    .take(&payload_to(role, sent, size))
                    .expect("it may be sent");
                sent += size;
                let reserved = receiver.assembler.reserved();
                assert!(reserved >= sent, "{reserved} for {sent}");
                assert!(reserved <= 4 * sent + 8, "{reserved} for {sent}");
            }
        }
    }
}

/// A buffer that grows by doubling would have moved twice.
#[test]
fn rfc6455_10_4_a_frame_of_64_kib_in_four_pieces_is_gathered_in_one_allocation() {
    const PIECE: usize = 16 << 10;
    for role in BOTH {
        for first in [TEXT, BINARY] {
            let mut receiver = Receiver::new(role, Limits::default());
            let header = header_to(role, FIN | first, 4 * PIECE as u64);
            receiver.take(&header).expect("it may be sent");
            for piece in 0..3 {
                let payload = payload_to(role, piece * PIECE, PIECE);
                receiver.take(&payload).expect("it may be sent");
                assert_eq!(receiver.assembler.reserved(), 4 * PIECE);
            }
        }
    }
}

#[test]
fn rfc6455_10_4_nothing_is_kept_of_a_message_that_is_complete() {
    for role in BOTH {
        for first in [TEXT, BINARY] {
            let mut receiver = Receiver::new(role, Limits::default());
            let payload = vec![b'x'; 16 << 10];
            let frames = [(first, &payload[..]), (FIN | PING, b"12"), (FIN, &payload)];
            for piece in frames_to(role, &frames).chunks(1000) {
                receiver.take(piece).expect("a legal message");
            }
            assert_eq!(receiver.received.len(), 2);
            assert_eq!(receiver.assembler.reserved(), 0);
        }
    }
}
