//! Behind a proxy: who says where a request comes from.

mod common;

use backpressure::Limits;
use common::{Guest, PASSWORD, Town, Visitor, settings};
use gatekeeping::Settings;
use wiretap::harness;

/// Behind a proxy at 10.0.0.1, with two places for an address.
fn behind_a_proxy() -> (Settings, Limits) {
    let settings = Settings {
        proxies: vec!["10.0.0.0/8".parse().expect("a network")],
        ..settings()
    };
    let limits = Limits {
        connections_per_address: 2,
        ..Limits::default()
    };
    (settings, limits)
}

#[test]
fn forged_a_forwarded_address_does_not_help() {
    harness::run("who writes other addresses before his own", async {
        let (settings, limits) = behind_a_proxy();
        let town = Town::limited(settings, limits);
        let forge = |who: &mut Visitor, value: String| {
            who.fields.push(("X-Forwarded-For", value));
        };
        // Straight to the server: the field is nobody's word.
        for number in 0..21 {
            let mut eve = town.visitor();
            forge(&mut eve, format!("198.51.100.{number}"));
            let answer = eve.sign_in("ada", &format!("guess number {number}")).await;
            let expected = [401, 429][usize::from(number >= 10)];
            assert_eq!(answer.status, expected, "{number}");
        }
        // Through the proxy: what counts is what that has written.
        town.all_come_from("10.0.0.1");
        for number in 0..11 {
            let mut eve = town.visitor();
            forge(&mut eve, format!("198.51.100.{number}, 192.0.2.7"));
            let answer = eve.sign_up(&format!("somebody {number}"), PASSWORD).await;
            let expected = [201, 429][usize::from(number >= 10)];
            assert_eq!(answer.status, expected, "{number}");
        }
        let mut bob = town.visitor();
        forge(&mut bob, "192.0.2.7, 192.0.2.8".to_owned());
        assert_eq!(bob.sign_up("bob", PASSWORD).await.status, 201);
    });
}

#[test]
fn forged_an_address_behind_a_proxy_has_its_places() {
    harness::run("many connections through a proxy", async {
        let (settings, limits) = behind_a_proxy();
        let town = Town::limited(settings, limits);
        town.all_come_from("10.0.0.1");
        let mut open = Vec::new();
        for number in 0..2 {
            let forged = format!("203.0.113.{number}, 192.0.2.7");
            let opened = Guest::try_connect(&town.dialer, Some(&forged)).await;
            open.push(opened.expect("a place"));
        }
        let third = Guest::try_connect(&town.dialer, Some("192.0.2.7")).await;
        assert_eq!(third.err(), Some(429));
        let mut third = town.visitor();
        third
            .fields
            .push(("X-Forwarded-For", "192.0.2.7".to_owned()));
        let answer = third.get("me").await;
        answer.is(429, "too_many_tries");
        assert_eq!(answer.header("Retry-After"), Some("5"));
        let other = Guest::try_connect(&town.dialer, Some("192.0.2.8")).await;
        assert!(other.is_ok(), "another address");
        // Its place is free when the connection has ended, and not before.
        open.pop();
        tokio::task::yield_now().await;
        let again = Guest::try_connect(&town.dialer, Some("192.0.2.7")).await;
        assert!(again.is_ok());
    });
}
