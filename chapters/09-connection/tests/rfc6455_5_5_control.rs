//! Control frames (RFC 6455 §5.5), in both roles.

mod common;

use bytes::Buf;
use common::{End, close, frame_to, in_both_roles, read_frames};
use connection::{CloseCode, Config, Message, Role, SendError};
use frames::Opcode;

const LONGEST: [u8; 125] = [b'x'; 125];

#[test]
fn rfc6455_5_5_2_a_pong_carries_what_the_ping_did() {
    in_both_roles(|role| {
        for payload in [&b""[..], b"Hello", &LONGEST, b"\x00\xff\xfe"] {
            let mut end = End::new(role);
            let words = payload.escape_ascii();
            assert_eq!(end.hears(Opcode::Ping, payload), [format!("ping {words}")]);
            assert_eq!(end.says(), [format!("pong {words}")]);
        }
    });
}

#[test]
fn rfc6455_5_5_2_every_ping_is_answered_in_order() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let pings = (0..10).map(|n| end.frame(true, Opcode::Ping, &[b'0' + n]));
        let pings = pings.collect::<Vec<_>>().concat();
        assert_eq!(end.hears_bytes(pings).len(), 10);
        let pongs: Vec<_> = (0..10).map(|n| format!("pong {n}")).collect();
        assert_eq!(end.says(), pongs);
    });
}

#[test]
fn rfc6455_5_5_2_a_pong_is_owed_until_a_close_has_come() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        end.connection
            .close(CloseCode::NORMAL, "")
            .expect("it is open");
        assert_eq!(end.hears(Opcode::Ping, b"still?"), ["ping still?"]);
        assert_eq!(end.says(), ["close 1000", "pong still?"]);
        end.hears(Opcode::Close, &close(1000, ""));
        assert!(end.hears(Opcode::Ping, b"and now?").is_empty());
        assert!(end.says().is_empty());
    });
}

#[test]
fn rfc6455_5_5_3_a_pong_without_a_ping_is_told_and_not_answered() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        assert_eq!(end.hears(Opcode::Pong, b"unasked"), ["pong unasked"]);
        assert!(end.says().is_empty());
    });
}

#[test]
fn rfc6455_5_5_3_of_pings_that_find_no_room_the_last_is_answered() {
    in_both_roles(|role| {
        let config = Config {
            max_output: 1000,
            ..Config::default()
        };
        let mut end = End::with(role, config);
        // A peer that asks ten thousand times and reads nothing.
        let mut most = 0;
        for n in 0_u32..10_000 {
            let ping = end.frame(true, Opcode::Ping, &n.to_be_bytes());
            end.hears_bytes(ping);
            most = most.max(end.connection.output().remaining());
        }
        assert!((1000..1000 + 125 + 14).contains(&most), "{most} bytes");
        let said = end.says();
        let (last, answered) = (said.last().cloned(), said.len());
        assert_eq!(
            end.says(),
            ["pong \\x00\\x00\\'\\x0f"],
            "9,999, after {last:?}"
        );
        assert!(answered < 200, "{answered}");
    });
}

#[test]
fn rfc6455_5_4_control_frames_come_between_fragments() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let bytes = [
            end.frame(false, Opcode::Text, b"Hel"),
            end.frame(true, Opcode::Ping, b"there?"),
            end.frame(true, Opcode::Continuation, b"lo"),
        ];
        let expected = ["ping there?", "text Hello"];
        assert_eq!(end.hears_bytes(bytes.concat()), expected);
        assert_eq!(End::new(role).hears_each_byte(&bytes.concat()), expected);
        assert_eq!(end.says(), ["pong there?"]);
    });
}

#[test]
fn rfc6455_5_5_control_frames_have_at_most_125_bytes() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let too_long = [b'x'; 126];
        assert_eq!(end.connection.ping(&too_long), Err(SendError::TooLong));
        assert_eq!(end.connection.pong(&too_long), Err(SendError::TooLong));
        let reason = "x".repeat(124);
        let refused = end.connection.close(CloseCode::NORMAL, &reason);
        assert_eq!(refused, Err(SendError::TooLong));
        assert!(end.says().is_empty() && end.connection.is_open());

        end.connection
            .ping(&LONGEST)
            .expect("125 bytes are allowed");
        end.connection
            .pong(&LONGEST)
            .expect("125 bytes are allowed");
        let reason = &reason[..123];
        end.connection
            .close(CloseCode::NORMAL, reason)
            .expect("123 too");
        let x = "x".repeat(125);
        let close = format!("close 1000 {reason}");
        assert_eq!(
            end.says(),
            [format!("ping {x}"), format!("pong {x}"), close]
        );
    });
}

#[test]
fn rfc6455_5_5_a_control_frame_that_is_fragmented_or_long_fails() {
    in_both_roles(|role| {
        for opcode in [Opcode::Close, Opcode::Ping, Opcode::Pong] {
            for (fin, length) in [(false, 0), (false, 125), (true, 126)] {
                let mut end = End::new(role);
                let payload = vec![b'x'; length];
                let told = end.hears_bytes(frame_to(role, fin, opcode, &payload));
                let why = format!("a {opcode} frame with");
                assert!(told[0].contains(&why), "{told:?}");
                assert_eq!(
                    (told.len(), end.says()),
                    (1, vec!["close 1002".to_owned()])
                );
            }
        }
    });
}

#[test]
fn rfc6455_5_1_a_client_masks_each_frame_with_a_key_of_its_own() {
    use std::cell::Cell;
    thread_local!(static KEYS: Cell<u8> = const { Cell::new(0) });
    let config = Config {
        masking_key: || frames::MaskingKey([KEYS.replace(KEYS.get() + 1); 4]),
        ..Config::default()
    };
    let mut client = End::with(Role::Client, config);
    client.sends("a");
    client.connection.ping(b"b").expect("it is open");
    client
        .connection
        .send(Message::Binary(vec![b'c'; 5000].into()))
        .expect("open");
    client
        .connection
        .close(CloseCode::NORMAL, "")
        .expect("it is open");
    let output = client.connection.output();
    let bytes = output.copy_to_bytes(output.remaining());
    let mut rest = &bytes[..];
    let mut keys = Vec::new();
    while let Ok(Some((header, length))) = frames::Header::decode(rest) {
        keys.extend(header.masking_key);
        rest = &rest[length + header.payload_length as usize..];
    }
    let expected = (0..4).map(|n| frames::MaskingKey([n; 4]));
    assert_eq!(keys, expected.collect::<Vec<_>>());
    assert_eq!(KEYS.get(), 4);
}

#[test]
fn rfc6455_5_5_3_a_pong_leaves_no_older_one_behind_it() {
    in_both_roles(|role| {
        let config = Config {
            max_output: 20,
            ..Config::default()
        };
        let mut end = End::with(role, config);
        end.sends("as long as there is room");
        end.hears(Opcode::Ping, b"one");
        // The stream takes some, and there is room again before everything is written.
        let mut first = end.connection.output().copy_to_bytes(15).to_vec();
        end.hears(Opcode::Ping, b"two");
        let output = end.connection.output();
        first.extend(output.copy_to_bytes(output.remaining()));
        let rest = end.says();
        assert_eq!(
            read_frames(role, first),
            ["text as long as there is room", "pong two"]
        );
        assert!(rest.is_empty(), "{rest:?}");
    });
}
