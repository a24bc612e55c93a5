//! How a connection ends (RFC 6455 §5.5.1, §7), in both roles.

mod common;

use common::{Clock, End, close, in_both_roles, other};
use connection::{CloseCode, Message, SendError};
use frames::Opcode;

#[test]
fn rfc6455_5_5_1_a_close_is_answered_once_with_its_code() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let told = end.hears(Opcode::Close, &close(3001, "enough"));
        assert_eq!(told, ["closed 3001 enough"]);
        assert_eq!(end.says(), ["close 3001"]);
        assert!(end.hears(Opcode::Close, &close(3001, "enough")).is_empty());
        assert!(end.says().is_empty());
    });
}

#[test]
fn rfc6455_7_1_5_a_close_without_a_code_is_1005() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let told = end.hears(Opcode::Close, b"");
        assert_eq!(told, ["closed 1005, no code was given"]);
        assert_eq!(end.says(), ["close"], "1005 is never sent");
    });
}

#[test]
fn rfc6455_5_5_1_a_close_with_one_byte_fails_with_1002() {
    in_both_roles(|role| {
        for byte in 0..=u8::MAX {
            let mut end = End::new(role);
            let told = end.hears(Opcode::Close, &[byte]);
            let why = "closed 1006, failed with 1002: \
                       a Close frame with one byte (RFC 6455 §5.5.1)";
            assert_eq!(told, [why]);
            assert_eq!(end.says(), ["close 1002"]);
        }
    });
}

#[test]
fn rfc6455_5_5_1_a_reason_that_is_not_utf_8_fails_with_1007() {
    let not_utf_8: [&[u8]; 5] = [
        b"\xff",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"cut \xe2\x82",
    ];
    in_both_roles(|role| {
        for reason in not_utf_8 {
            let mut end = End::new(role);
            let payload = [&1000_u16.to_be_bytes()[..], reason].concat();
            let told = end.hears(Opcode::Close, &payload);
            let why = "a reason that is not UTF-8 (RFC 6455 §5.5.1)";
            assert_eq!(told, [format!("closed 1006, failed with 1007: {why}")]);
            assert_eq!(end.says(), ["close 1007"]);
        }
    });
}

#[test]
fn rfc6455_5_5_1_a_reason_has_up_to_123_bytes_of_any_characters() {
    in_both_roles(|role| {
        let reason = "é".repeat(61) + "!";
        let mut end = End::new(role);
        let told = end.hears(Opcode::Close, &close(1000, &reason));
        assert_eq!(told, [format!("closed 1000 {reason}")]);
    });
}

#[test]
fn rfc6455_5_5_1_nothing_is_sent_behind_a_close() {
    in_both_roles(|role| {
        let ours = |end: &mut End| {
            end.connection
                .close(CloseCode::NORMAL, "")
                .expect("it is open");
        };
        let theirs = |end: &mut End| drop(end.hears(Opcode::Close, b""));
        let closes: [&dyn Fn(&mut End); 2] = [&ours, &theirs];
        for close in closes {
            let mut end = End::new(role);
            close(&mut end);
            assert_eq!(end.says().len(), 1);
            let connection = &mut end.connection;
            let message = Message::Text("late".into());
            assert_eq!(connection.send(message), Err(SendError::Closed));
            assert_eq!(connection.ping(b""), Err(SendError::Closed));
            assert_eq!(connection.pong(b""), Err(SendError::Closed));
            let again = connection.close(CloseCode::NORMAL, "");
            assert_eq!(again, Err(SendError::Closed));
            assert!(end.says().is_empty());
        }
    });
}

#[test]
fn rfc6455_7_1_2_after_our_close_messages_still_come_and_then_the_peers() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        end.connection
            .close(CloseCode::GOING_AWAY, "bye")
            .expect("it is open");
        assert_eq!(end.says(), ["close 1001 bye"]);
        assert_eq!(end.hears(Opcode::Text, b"crossing"), ["text crossing"]);
        let told = end.hears(Opcode::Close, &close(1001, ""));
        assert_eq!(told, ["closed 1001"]);
        assert!(end.says().is_empty(), "it is not answered again");
    });
}

#[test]
fn rfc6455_7_1_3_both_may_close_at_once() {
    in_both_roles(|role| {
        let (mut one, mut two) = (End::new(role), End::new(other(role)));
        one.connection
            .close(CloseCode::NORMAL, "one")
            .expect("it is open");
        two.connection
            .close(CloseCode::GOING_AWAY, "two")
            .expect("it is open");
        assert_eq!(one.says(), ["close 1000 one"]);
        assert_eq!(two.says(), ["close 1001 two"]);
        let told = one.hears(Opcode::Close, &close(1001, "two"));
        assert_eq!(told, ["closed 1001 two"]);
        let told = two.hears(Opcode::Close, &close(1000, "one"));
        assert_eq!(told, ["closed 1000 one"]);
        assert!(one.says().is_empty() && two.says().is_empty());
    });
}

#[test]
fn rfc6455_5_5_1_what_follows_the_peers_close_is_thrown_away() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let bytes = [
            end.frame(true, Opcode::Close, &close(1000, "")),
            end.frame(true, Opcode::Text, b"too late"),
            b"\xff\xff\xff not even a frame".to_vec(),
        ];
        assert_eq!(end.hears_bytes(bytes.concat()), ["closed 1000"]);
        assert_eq!(
            End::new(role).hears_each_byte(&bytes.concat()),
            ["closed 1000"]
        );
    });
}

#[test]
fn rfc6455_5_4_a_close_may_come_within_a_message() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let bytes = [
            end.frame(false, Opcode::Text, b"never"),
            end.frame(true, Opcode::Close, &close(1001, "")),
        ];
        assert_eq!(end.hears_bytes(bytes.concat()), ["closed 1001"]);
        assert_eq!(end.says(), ["close 1001"]);
    });
}

#[test]
fn rfc6455_7_1_7_what_follows_a_failure_is_not_processed() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let bytes = [
            end.frame(true, Opcode::Text, b"fine"),
            end.frame(true, Opcode::Text, b"\xff"),
            end.frame(true, Opcode::Text, b"unheard"),
            end.frame(true, Opcode::Ping, b"unanswered"),
            end.frame(true, Opcode::Close, &close(1000, "")),
        ];
        let told = end.hears_bytes(bytes.concat());
        assert_eq!(told[0], "text fine");
        assert!(
            told[1].starts_with("closed 1006, failed with 1007"),
            "{told:?}"
        );
        assert_eq!((told.len(), end.says()), (2, vec!["close 1007".to_owned()]));
    });
}

#[test]
fn rfc6455_7_1_7_what_was_sent_before_a_failure_still_leaves() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        end.sends("on its way");
        end.hears(Opcode::Continuation, b"of nothing");
        assert_eq!(end.says(), ["text on its way", "close 1002"]);
    });
}

#[test]
fn rfc6455_7_1_7_a_failure_after_our_close_sends_no_second_one() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        end.connection
            .close(CloseCode::NORMAL, "")
            .expect("it is open");
        assert_eq!(end.says(), ["close 1000"]);
        let told = end.hears(Opcode::Continuation, b"of nothing");
        // It does not say that the peer was told.
        assert!(
            told[0].starts_with("closed 1006, failed with 1002: "),
            "{told:?}"
        );
        assert!(end.says().is_empty());
    });
}

#[test]
fn rfc6455_7_1_5_a_lost_connection_is_1006_and_is_told_once() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        end.hears_bytes(end.frame(false, Opcode::Text, b"half of a mess"));
        end.connection.end_of_input();
        assert_eq!(
            end.hears_bytes(Vec::new()),
            ["closed 1006, the connection is lost"]
        );
        end.connection.end_of_input();
        assert!(end.hears_bytes(Vec::new()).is_empty());
        assert!(end.says().is_empty(), "1006 is never sent");
    });
}

#[test]
fn rfc6455_7_1_5_an_end_after_both_closes_is_no_loss() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        assert_eq!(end.hears(Opcode::Close, &close(1000, "")), ["closed 1000"]);
        end.connection.end_of_input();
        assert!(end.hears_bytes(Vec::new()).is_empty());
    });
}

#[test]
fn rfc6455_7_1_1_a_close_is_waited_for_until_a_deadline() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let mut clock = Clock::new();
        assert_eq!(
            end.connection.deadline(clock.0),
            None,
            "an open one may be silent"
        );
        end.connection
            .close(CloseCode::NORMAL, "")
            .expect("it is open");
        assert_eq!(end.says(), ["close 1000"]);
        let deadline = end.connection.deadline(clock.0);
        assert_eq!(deadline, Some(clock.passes(5)), "the default");
        end.connection
            .tick(clock.0 - std::time::Duration::from_nanos(1));
        assert!(end.hears_bytes(Vec::new()).is_empty(), "not yet");
        end.connection.tick(clock.0);
        assert_eq!(
            end.hears_bytes(Vec::new()),
            ["closed 1006, the peer is silent"]
        );
    });
}

#[test]
fn rfc6455_7_1_1_the_end_of_the_stream_is_waited_for_until_a_deadline() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let mut clock = Clock::new();
        end.hears(Opcode::Close, b"");
        assert_eq!(end.connection.deadline(clock.0), Some(clock.passes(5)));
        end.connection.tick(clock.0);
        assert!(
            end.hears_bytes(Vec::new()).is_empty(),
            "its end has been told"
        );
        assert!(end.says().is_empty(), "nobody takes the answer any more");
    });
}
