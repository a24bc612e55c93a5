//! The way back: who joins after a number, and who has fallen behind.

mod common;
#[path = "common/peer.rs"]
mod peer;

use history::MemoryLog;
use history::protocol::ServerMessage;
use peer::{Peer, expect, fill, message, name, room, with_server};
use wiretap::LinkDialer;

#[test]
fn a_reader_comes_back_to_where_it_was() {
    with_server("resuming", async |dialer: LinkDialer, log: MemoryLog| {
        fill(&log, 250).await;
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        assert_eq!(bob.join(Some(100)).await, 250);
        for seq in 101..=250 {
            expect(&mut bob, message(seq)).await;
        }
        let post = common::say("ada", "251", "text 251");
        common::added(&log, "harbour", post).await;
        expect(&mut bob, message(251)).await;
    });
}

#[test]
fn what_comes_while_a_reader_comes_back_is_told_once_and_in_order() {
    with_server(
        "resuming under load",
        async |dialer: LinkDialer, log: MemoryLog| {
            fill(&log, 500).await;
            let mut bob = Peer::hello(&dialer, "bob", 2).await;
            let writing = log.clone();
            let writer = tokio::spawn(async move {
                for number in 501..=900 {
                    let words = format!("text {number}");
                    let post = common::say("ada", &number.to_string(), &words);
                    common::added(&writing, "harbour", post).await;
                    tokio::task::yield_now().await;
                }
            });
            bob.join(Some(0)).await;
            for seq in 1..=900 {
                expect(&mut bob, message(seq)).await;
            }
            writer.await.expect("no panic");
        },
    );
}

#[test]
fn a_reader_that_falls_behind_goes_on_from_the_log() {
    with_server(
        "more news than is at hand",
        async |dialer: LinkDialer, log: MemoryLog| {
            let mut bob = Peer::joined(&dialer, "bob", None).await;
            // At once: bob's connection cannot tell any of it before all of it is there.
            fill(&log, 1600).await;
            for seq in 1..=1600 {
                expect(&mut bob, message(seq)).await;
            }
        },
    );
}

#[test]
fn who_joins_again_has_been_told_everything_before() {
    with_server(
        "joining twice",
        async |dialer: LinkDialer, log: MemoryLog| {
            let mut bob = Peer::joined(&dialer, "bob", None).await;
            fill(&log, 3).await;
            bob.send_text(r#"{"type":"join","room":"harbour"}"#).await;
            for seq in 1..=3 {
                expect(&mut bob, message(seq)).await;
            }
            let (seq, members) = (3, vec![name("bob")]);
            let room = room();
            expect(&mut bob, ServerMessage::Joined { room, seq, members }).await;
        },
    );
}

#[test]
fn a_reader_that_was_away_for_long_is_told_of_a_gap() {
    with_server("a gap", async |dialer: LinkDialer, log: MemoryLog| {
        fill(&log, 1500).await;
        let mut bob = Peer::hello(&dialer, "bob", 2).await;
        assert_eq!(bob.join(Some(10)).await, 1500);
        let gap = ServerMessage::Gap {
            room: room(),
            first: 11,
            last: 500,
        };
        expect(&mut bob, gap).await;
        expect(&mut bob, message(501)).await;
    });
}

#[test]
fn a_reader_that_has_seen_what_is_not_there_is_told_so() {
    with_server(
        "a log of yesterday",
        async |dialer: LinkDialer, log: MemoryLog| {
            fill(&log, 3).await;
            let mut bob = Peer::hello(&dialer, "bob", 2).await;
            assert_eq!(bob.join(Some(7)).await, 3);
            let gap = ServerMessage::Gap {
                room: room(),
                first: 4,
                last: 7,
            };
            expect(&mut bob, gap).await;
            common::added(&log, "harbour", common::say("ada", "4", "text 4")).await;
            expect(&mut bob, message(4)).await;
        },
    );
}

#[test]
fn who_takes_nothing_any_more_is_given_up() {
    with_server(
        "a stalled reader",
        async |dialer: LinkDialer, log: MemoryLog| {
            let mut ada = Peer::joined(&dialer, "ada", None).await;
            let bob = Peer::joined(&dialer, "bob", None).await;
            // More than the network and the connection take.
            fill(&log, 3_000).await;
            loop {
                let gone = ada.next().await;
                if matches!(&gone, ServerMessage::Presence { name, state, .. }
                if name.as_str() == "bob" && *state == chat::protocol::Presence::Gone)
                {
                    break;
                }
            }
            drop(bob);
        },
    );
}
