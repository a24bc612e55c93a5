//! How long a peer may take, without I/O: `now` is an argument.

mod common;

use std::time::Duration;

use common::{Clock, End, in_both_roles};
use connection::{CloseCode, Config};
use frames::Opcode;

#[test]
fn a_deadline_that_no_clock_can_show_is_none() {
    in_both_roles(|role| {
        let config = Config {
            close_timeout: Duration::MAX,
            keepalive: Some(Duration::MAX),
            ..Config::default()
        };
        let mut end = End::with(role, config);
        let clock = Clock::new();
        assert_eq!(end.connection.deadline(clock.0), None);
        end.connection
            .close(CloseCode::NORMAL, "")
            .expect("it is open");
        assert_eq!(end.connection.deadline(clock.0), None);
        end.connection.tick(clock.0);
        assert!(!end.connection.has_ended(), "it waits for ever");
    });
}

#[test]
fn rfc6455_7_1_1_pongs_behind_our_close_buy_no_time() {
    in_both_roles(|role| {
        let mut end = End::new(role);
        let mut clock = Clock::new();
        end.connection
            .close(CloseCode::NORMAL, "")
            .expect("it is open");
        assert_eq!(end.says(), ["close 1000"]);
        for _ in 0..5 {
            assert!(!end.connection.has_ended());
            end.connection.deadline(clock.0);
            end.hears(Opcode::Ping, b"and now?");
            assert_eq!(end.says(), ["pong and now?"]);
            clock.passes(1);
        }
        end.connection.tick(clock.0);
        assert!(end.connection.has_ended(), "it has been given its time");
    });
}

#[test]
fn a_silent_peer_is_asked_and_then_given_up() {
    in_both_roles(|role| {
        let config = Config {
            keepalive: Some(Duration::from_secs(20)),
            ..Config::default()
        };
        let mut end = End::with(role, config);
        let mut clock = Clock::new();
        let mut tick = |end: &mut End| {
            let due = end.connection.deadline(clock.0);
            assert_eq!(due, Some(clock.passes(20)));
            end.connection.tick(clock.0);
            let told = end.hears_bytes(Vec::new());
            (end.says(), told)
        };
        let nothing: Vec<String> = Vec::new();
        let asked = (vec!["ping ".to_owned()], nothing.clone());
        assert_eq!(tick(&mut end), asked);
        end.hears(Opcode::Pong, b"");
        assert_eq!(
            tick(&mut end),
            (nothing.clone(), nothing.clone()),
            "it was there"
        );
        // Whatever comes is a sign of life, half a frame too.
        assert_eq!(tick(&mut end), asked);
        end.hears_bytes(end.frame(true, Opcode::Text, b"slow")[..3].to_vec());
        assert_eq!(tick(&mut end), (nothing.clone(), nothing.clone()));
        assert_eq!(tick(&mut end), asked);
        let given_up = vec!["closed 1006, the peer is silent".to_owned()];
        assert_eq!(tick(&mut end), (nothing, given_up));
    });
}
