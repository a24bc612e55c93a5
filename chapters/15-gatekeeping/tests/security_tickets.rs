//! A ticket is good once, for a moment, for whoever is signed in.

mod common;

use std::time::Duration;

use common::{Guest, Town, in_town};
use serde_json::json;
use tokio::time::sleep;

/// A hello with this ticket is refused, and the connection closed.
async fn is_refused(town: &Town, ticket: &str) {
    let mut guest = Guest::connect(&town.dialer).await;
    guest.hello(ticket).await;
    let problem = guest.hears_problem("bad_ticket").await;
    assert_eq!(problem["field"], "ticket");
    let same = "this ticket is not good, or not any more";
    assert_eq!(problem["text"], same, "whatever is wrong with it");
    assert_eq!(guest.hears_the_end().await, 4003);
}

#[test]
fn replayed_a_ticket_is_good_once() {
    in_town("a replayed ticket", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let ticket = ada.ticket().await;
        let mut first = Guest::connect(&town.dialer).await;
        first.hello(&ticket).await;
        first.hears("welcome").await;
        is_refused(&town, &ticket).await;
        // Who has come with it first stays.
        let room = ada.create("harbour", "public").await;
        first.hears("room").await;
        first.join(&room).await;
    });
}

#[test]
fn expired_a_ticket_is_good_for_thirty_seconds() {
    in_town("an old ticket", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let answer = ada.post("ticket", json!({})).await;
        assert_eq!(answer.json["seconds"], 30);
        let old = answer.json["ticket"].as_str().expect("a ticket");
        sleep(Duration::from_millis(29_999)).await;
        let fresh = ada.ticket().await;
        sleep(Duration::from_millis(1)).await;
        is_refused(&town, old).await;
        sleep(Duration::from_millis(29_998)).await;
        let mut guest = Guest::connect(&town.dialer).await;
        guest.hello(&fresh).await;
        guest.hears("welcome").await;
    });
}

#[test]
fn a_ticket_is_worth_nothing_when_its_session_has_ended() {
    in_town("a ticket after a sign-out", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let ticket = ada.ticket().await;
        ada.post("sign-out", json!({})).await;
        is_refused(&town, &ticket).await;
    });
}

#[test]
fn guessed_a_ticket_is_none() {
    in_town("guessed tickets", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let ticket = ada.ticket().await;
        let session = ada.cookie.clone().expect("a session");
        let (_, session) = session.split_once('=').expect("a pair");
        let swapped = ticket.to_uppercase();
        let padded = format!("{ticket}==");
        for wrong in ["", "x", &ticket[1..], &swapped, &padded, session] {
            is_refused(&town, wrong).await;
        }
        // And none of them has used it up.
        let mut guest = Guest::connect(&town.dialer).await;
        guest.hello(&ticket).await;
        guest.hears("welcome").await;
    });
}

#[test]
fn a_ticket_needs_a_session_and_not_a_password() {
    in_town("tickets for nobody", async |town: Town| {
        let mut eve = town.visitor();
        eve.post("ticket", json!({})).await.is(401, "not_signed_in");
        for cookie in ["session=", "session=AAAA", "__Host-session=AAAA"] {
            eve.cookie = Some(cookie.to_owned());
            eve.post("ticket", json!({})).await.is(401, "not_signed_in");
        }
    });
}

#[test]
fn who_says_no_hello_is_sent_away() {
    in_town("a handshake and then nothing", async |town: Town| {
        let mut guest = Guest::connect(&town.dialer).await;
        let start = tokio::time::Instant::now();
        assert_eq!(guest.hears_the_end().await, 4001);
        assert_eq!(start.elapsed(), Duration::from_secs(10));
        // Nor does it help to say something wrong again and again.
        let mut eve = Guest::connect(&town.dialer).await;
        for _ in 0..9 {
            sleep(Duration::from_secs(1)).await;
            eve.send(json!({"type": "hello", "version": 2, "name": "eve"}))
                .await;
            eve.hears_problem("unknown_version").await;
        }
        assert_eq!(eve.hears_the_end().await, 4001);
    });
}
