//! Where this chapter's chat fails: each of these is a reason for a later chapter.

use std::time::Duration;

use chat::behaviour::{Client, Door};
use chat::{Chat, serve};
use connection::{Config, connect};
use handshake::Offer;
use tokio::time::sleep;
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

fn network() -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    tokio::spawn(serve(listener, Chat::new(), std::future::pending()));
    dialer
}

fn served() -> Door<LinkDialer> {
    Door::new(network(), "ws://chat.test/chat")
}

async fn guest(door: &Door<LinkDialer>, name: &str) -> Client<LinkStream> {
    door.guest(name).await.expect("a guest")
}

#[test]
fn who_has_lost_the_network_is_here_for_ever() {
    harness::run("a laptop that is shut", async {
        let door = served();
        let room = door.room();
        let mut bob = guest(&door, "Bob").await;
        bob.join(&room, &[bob.name()], 0).await.expect("joined");
        // He is not closed, and he does not answer any more.
        sleep(Duration::from_secs(24 * 3600)).await;
        let mut ann = guest(&door, "Ann").await;
        ann.join(&room, &[ann.name(), bob.name()], 0)
            .await
            .expect("he is here");
    });
}

#[test]
fn what_is_said_while_a_window_is_away_is_not_heard() {
    harness::run("a window that comes back", async {
        let door = served();
        let room = door.room();
        let (mut ann, mut bob) = (guest(&door, "Ann").await, guest(&door, "Bob").await);
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
        bob.join(&room, &[ann.name(), bob.name()], 0)
            .await
            .expect("joined");
        ann.next().await.expect("Bob is here");
        bob.close().await.expect("closed");
        ann.next().await.expect("Bob is gone");
        let said = ann.say(&room, "The tea is ready.", 1).await.expect("said");
        ann.expect(&said).await.expect("heard");
        let mut bob = guest(&door, "Bob").await;
        // The number tells him that there was one, and nothing tells him what.
        bob.join(&room, &[ann.name(), bob.name()], 1)
            .await
            .expect("joined");
        let said = bob.say(&room, "Is it ready?", 2).await.expect("said");
        bob.expect(&said)
            .await
            .expect("the next thing that he hears");
    });
}

#[test]
fn anybody_may_be_ann() {
    harness::run("another Ann", async {
        let door = served();
        let room = door.room();
        let (mut ann, mut eve) = (guest(&door, "Ann").await, guest(&door, "Ann").await);
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
        eve.join(&room, &[ann.name()], 0).await.expect("joined");
        let said = eve.say(&room, "I owe you a cake.", 1).await.expect("said");
        ann.expect(&said)
            .await
            .expect("and nobody sees that it was not her");
    });
}

#[test]
fn rfc6455_10_2_any_page_may_come_in() {
    harness::run("another origin", async {
        let io = network().dial().await.expect("a stream");
        let mut offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
        offer.headers.append("Origin", "http://evil.test");
        let connected = connect(io, offer, Config::default()).await;
        connected.expect("nobody has looked at the origin");
    });
}
