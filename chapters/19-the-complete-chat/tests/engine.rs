//! Axum's WebSockets under the chat: what chapter 9's have of their own.

mod requests;
#[path = "requests/whole.rs"]
mod whole;

use std::sync::Arc;
use std::time::Duration;

use backpressure::Limits;
use chat::behaviour::{Client, Door};
use chat::protocol::{Name, Presence, ServerMessage};
use history::{Chat, Halls, MemoryLog};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use whole::Engine;
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

/// A server whose WebSockets are tungstenite's, how to stop it, and its task.
fn served(limits: Limits) -> (LinkDialer, oneshot::Sender<()>, JoinHandle<()>) {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let limits = Arc::new(limits);
    let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
    let (stop, stopped) = oneshot::channel();
    let stopped = async { drop(stopped.await) };
    let engine = Engine::Tungstenite;
    let serving = whole::serve(listener, engine, limits, chat, stopped);
    (dialer, stop, tokio::spawn(serving))
}

fn door(dialer: &LinkDialer) -> Door<LinkDialer> {
    Door::new(dialer.clone(), "ws://chat.test/chat")
}

async fn guest(dialer: &LinkDialer, name: &str) -> Client<LinkStream> {
    door(dialer).guest(name).await.expect("a welcome")
}

/// The status of a handshake.
async fn status(dialer: &LinkDialer, origin: &str) -> String {
    let mut io = dialer.dial().await.expect("it listens");
    let head = format!(
        "GET /chat HTTP/1.1\r\nHost: chat.test\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n{origin}\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    io.write_all(head.as_bytes()).await.expect("it reads");
    let mut status = vec![0; 12];
    io.read_exact(&mut status).await.expect("an answer");
    String::from_utf8(status).expect("a status line")
}

#[test]
fn a_peer_that_is_silent_is_asked_and_then_given_up() {
    harness::run("somebody without power", async {
        let (dialer, _stop, _serving) = served(Limits::default());
        let door = door(&dialer);
        let room = door.room();
        let mut ann = guest(&dialer, "ann").await;
        ann.join(&room, &[ann.name()], 0).await.expect("joined");
        let start = Instant::now();
        let mut bob = guest(&dialer, "bob").await;
        let both = [ann.name(), bob.name()];
        bob.join(&room, &both, 0).await.expect("joined");
        let presence = |state| ServerMessage::Presence {
            room: room.clone(),
            name: Name::new("bob").expect("a name"),
            state,
        };
        ann.expect(&presence(Presence::Here)).await.expect("here");
        // He reads nothing from here on, and so he answers no ping; she reads, and does.
        let gone = loop {
            if let Ok(message) = ann.next().await {
                break message;
            }
        };
        assert_eq!(gone, presence(Presence::Gone));
        // At 20 s he has been heard, at 40 s he is asked, and at 60 s he is gone.
        assert_eq!(start.elapsed(), Duration::from_secs(60));
        drop(bob);
        ann.close().await.expect("she is there");
    });
}

#[test]
fn the_server_waits_for_the_conversations_and_tells_them_that_it_stops() {
    harness::run("a shutdown", async {
        let (dialer, stop, serving) = served(Limits::default());
        let mut ann = guest(&dialer, "ann").await;
        let mut mute = door(&dialer).open().await.expect("a handshake");
        stop.send(()).expect("it serves");
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!serving.is_finished(), "it waits for their answers");
        ann.expect_close(1001).await.expect("a close");
        mute.expect_close(1001).await.expect("a close");
        serving.await.expect("no panic");
    });
}

#[test]
fn who_does_not_answer_a_close_is_not_waited_for() {
    harness::run("a shutdown, and somebody without power", async {
        let (dialer, stop, serving) = served(Limits::default());
        let ann = guest(&dialer, "ann").await;
        let start = Instant::now();
        stop.send(()).expect("it serves");
        serving.await.expect("no panic");
        assert_eq!(start.elapsed(), Limits::default().connection.close_timeout);
        drop(ann);
    });
}

#[test]
fn an_address_has_so_many_websockets_and_no_more() {
    harness::run("three where two are allowed", async {
        for (limits, refused) in [
            (
                Limits {
                    connections_per_address: 2,
                    ..Limits::default()
                },
                "HTTP/1.1 429",
            ),
            (
                Limits {
                    connections: 2,
                    ..Limits::default()
                },
                "HTTP/1.1 503",
            ),
        ] {
            let (dialer, _stop, _serving) = served(limits);
            let ann = guest(&dialer, "ann").await;
            let mut bob = guest(&dialer, "bob").await;
            assert_eq!(status(&dialer, "").await, refused);
            bob.close().await.expect("a close");
            assert_eq!(status(&dialer, "").await, "HTTP/1.1 101", "his is free");
            drop(ann);
        }
    });
}

#[test]
fn a_handshake_is_decided_about_as_for_the_other_engine() {
    harness::run("handshakes that are wrong", async {
        for engine in [Engine::Handmade, Engine::Tungstenite] {
            let dialer = whole::served(engine);
            for (field, expected) in [
                ("Origin: https://elsewhere.test\r\n", "HTTP/1.1 101"),
                ("Sec-WebSocket-Version: 12\r\n", "HTTP/1.1 400"),
                ("Sec-WebSocket-Key: x\r\n", "HTTP/1.1 400"),
            ] {
                assert_eq!(
                    status(&dialer, field).await,
                    expected,
                    "{engine:?}: {field}"
                );
            }
        }
    });
}
