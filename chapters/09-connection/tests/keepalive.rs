//! A peer that says nothing (RFC 6455 §5.5.2), in both roles.

mod common;

use common::{Clock, End, in_both_roles};
use connection::Config;
use frames::Opcode;

#[test]
fn a_silent_peer_is_asked_and_then_given_up() {
    in_both_roles(|role| {
        let config = Config {
            keepalive: Some(std::time::Duration::from_secs(20)),
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
