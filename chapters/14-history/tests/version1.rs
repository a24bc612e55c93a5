//! What a client of version 1 is told when not all can be told: what version 1 has for it.

mod common;
#[path = "common/peer.rs"]
mod peer;

use chat::protocol::ServerMessage as One;
use history::protocol::ServerMessage;
use history::{Chat, FanOut, Halls, MemoryLog, News};
use peer::{Peer, name, room, serve_forever};
use wiretap::{Link, LinkStream, Recorder, harness};

/// More than are kept for who is behind.
const CROWD: u64 = 1_100;

/// Bob, in a room where more people come and go at once than his connection can be told of.
async fn behind(version: u32) -> Peer<LinkStream> {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let chat = Chat::new(MemoryLog::new(halls.clone()), halls.clone());
    tokio::spawn(serve_forever(listener, chat));
    let mut bob = Peer::hello(&dialer, "bob", version).await;
    bob.join(None).await;
    for who in 0..CROWD {
        let who = name(&format!("visitor {who}"));
        halls.tell(&room(), &News::Entered(who.clone()));
        halls.tell(&room(), &News::Left(who));
    }
    bob
}

/// Who is here.
fn list() -> ServerMessage {
    let (room, seq, members) = (room(), 0, vec![name("bob")]);
    ServerMessage::Joined { room, seq, members }
}

#[test]
fn version_2_is_told_who_is_here() {
    harness::run("a crowd, in version 2", async {
        let mut bob = behind(2).await;
        assert_eq!(bob.next().await, list());
    });
}

#[test]
fn version_1_is_told_that_something_is_missing_and_may_ask() {
    harness::run("a crowd, in version 1", async {
        let mut bob = behind(1).await;
        let text = bob.next_text().await;
        let told = One::parse(&text).expect("version 1");
        let Some(One::Dropped { count, .. }) = told else {
            panic!("dropped, and not {text}");
        };
        // Each came and went.
        for _ in 0..2 * CROWD - count {
            assert!(bob.next_text().await.contains(r#""gone""#));
        }
        bob.send_text(r#"{"type":"join","room":"harbour"}"#).await;
        assert_eq!(bob.next().await, list());
    });
}
