//! What goes wrong in the shortest chat, which behaves as axum 0.8.9's `examples/chat`, and
//! what this chapter's does in its place.

use chat::behaviour::{Client, Door};
use chat::protocol::{ErrorCode, Presence, Problem, ServerMessage};
use chat::{Chat, shortest};
use connection::{CloseCode, Closed, Config, Event, Message, Reader, Writer, connect};
use handshake::Offer;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::sync::broadcast::{self, error::TryRecvError};
use wiretap::{
    Dial as _, Link, LinkDialer, LinkStream, Listen as _, Recorder, harness,
};

/// Serves a router at the other end of a network.
fn served(router: axum::Router) -> LinkDialer {
    let (dialer, mut listener) = Link::new().network(&Recorder::new("a chat"));
    tokio::spawn(async move {
        while let Ok(io) = listener.accept().await {
            let service = TowerToHyperService::new(router.clone());
            let http = hyper::server::conn::http1::Builder::new();
            let connection = http.serve_connection(TokioIo::new(io), service);
            tokio::spawn(connection.with_upgrades());
        }
    });
    dialer
}

/// Somebody in the shortest chat.
struct Guest {
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

impl Guest {
    async fn open(chat: &LinkDialer) -> Self {
        let io = chat.dial().await.expect("a stream");
        let url = "ws://chat.test/websocket".parse().expect("a URL");
        let connected = connect(io, Offer::new(&url), Config::default()).await;
        let (reader, writer) = connected.expect("a handshake").0.split();
        Self { reader, writer }
    }

    async fn named(chat: &LinkDialer, name: &str) -> Self {
        let mut guest = Self::open(chat).await;
        guest.say(name).await;
        assert_eq!(
            guest.hear().await.as_deref(),
            Ok(&*format!("{name} joined."))
        );
        guest
    }

    async fn say(&mut self, text: &str) {
        self.writer
            .send(Message::Text(text.into()))
            .await
            .expect("it is open");
        self.writer.flush().await.expect("it is open");
    }

    /// The next text, or how it ended.
    async fn hear(&mut self) -> Result<String, Closed> {
        loop {
            match self
                .reader
                .read()
                .await
                .expect("it is read no further than its end")
            {
                Event::Message(Message::Text(text)) => return Ok(text.into_owned()),
                Event::Closed(closed) => return Err(closed),
                _ => {}
            }
        }
    }
}

/// This chapter's chat, and two who are in a room.
async fn ours() -> (Door<LinkDialer>, Client<LinkStream>, Client<LinkStream>) {
    let door = Door::new(served(chat::router(Chat::new())), "ws://chat.test/chat");
    let room = door.room();
    let mut ann = door.guest("Ann").await.expect("Ann");
    let mut bob = door.guest("Bob").await.expect("Bob");
    ann.join(&room, &[ann.name()], 0).await.expect("joined");
    bob.join(&room, &[ann.name(), bob.name()], 0)
        .await
        .expect("joined");
    ann.next().await.expect("Bob is here");
    (door, ann, bob)
}

#[test]
fn somebody_who_reads_late_is_left_without_a_word() {
    harness::run("a late reader", async {
        let chat = served(shortest::router());
        let mut late = Guest::named(&chat, "Late").await;
        let mut ann = Guest::named(&chat, "Ann").await;
        let text = "a".repeat(4096);
        for _ in 0..1000 {
            ann.say(&text).await;
            ann.hear().await.expect("she hears herself");
        }
        // Now the late one reads what there is.
        let mut heard = 0;
        let end = loop {
            match late.hear().await {
                Ok(_) => heard += 1,
                Err(end) => break end,
            }
        };
        assert!(heard < 1001, "all of it was kept");
        assert_eq!(end, Closed::Lost);
    });
}

/// What its channel keeps for a reader who is late.
#[test]
fn who_asks_tokio_to_keep_100_is_kept_128() {
    let (says, mut late) = broadcast::channel(100);
    let say_all = |count| (0..count).for_each(|at| drop(says.send(at)));
    say_all(128);
    assert!((0..128).all(|at| late.try_recv() == Ok(at)));
    say_all(129);
    assert_eq!(late.try_recv(), Err(TryRecvError::Lagged(1)));
}

#[test]
fn an_empty_name_is_taken_although_nobody_has_it() {
    harness::run("an empty name", async {
        let chat = served(shortest::router());
        let mut nobody = Guest::open(&chat).await;
        nobody.say("").await;
        let answer = nobody.hear().await;
        assert_eq!(answer.as_deref(), Ok("Username already taken."));
        assert_eq!(nobody.hear().await, Err(Closed::Lost));
    });
}

#[test]
fn who_leaves_before_they_have_a_name_has_joined_and_left() {
    harness::run("somebody without a name", async {
        let chat = served(shortest::router());
        let mut ann = Guest::named(&chat, "Ann").await;
        // Its page is left, with a Close or without.
        let mut polite = Guest::open(&chat).await;
        polite
            .writer
            .close(CloseCode::GOING_AWAY, "")
            .expect("open");
        polite.hear().await.expect_err("it is closed");
        drop(Guest::open(&chat).await);
        for _visitor in 0..2 {
            assert_eq!(ann.hear().await.as_deref(), Ok(" joined."));
            assert_eq!(ann.hear().await.as_deref(), Ok(" left."));
        }
    });
}

#[test]
fn rfc6455_5_5_2_a_ping_throws_its_sender_out() {
    harness::run("a ping", async {
        let chat = served(shortest::router());
        let (mut ann, mut bob) = (
            Guest::named(&chat, "Ann").await,
            Guest::named(&chat, "Bob").await,
        );
        assert_eq!(ann.hear().await.as_deref(), Ok("Bob joined."));
        bob.writer.ping(b"still there?").await.expect("it is open");
        assert_eq!(bob.hear().await, Err(Closed::Lost));
        assert_eq!(ann.hear().await.as_deref(), Ok("Bob left."));
    });
}

#[test]
fn ours_refuses_an_empty_name_and_says_why() {
    harness::run("an empty name in ours", async {
        let (door, ..) = ours().await;
        let mut nobody = door.open().await.expect("a connection");
        nobody
            .send_text(r#"{"type":"hello","version":1,"name":""}"#)
            .await
            .expect("sent");
        let empty = Problem::new(ErrorCode::Empty, "").at("name");
        nobody.expect_problem(&empty).await.expect("a problem");
    });
}

#[test]
fn ours_does_not_mind_a_ping_or_who_leaves_unnamed() {
    harness::run("a ping, and somebody without a name", async {
        let (door, mut ann, mut bob) = ours().await;
        drop(door.open().await.expect("a connection"));
        bob.ping().await.expect("it is open");
        let gone = bob.name();
        bob.close().await.expect("a Close that is answered");
        let heard = ann.next().await.expect("Bob is gone");
        let ServerMessage::Presence {
            name,
            state: Presence::Gone,
            ..
        } = heard
        else {
            panic!("Ann hears {}", heard.to_json());
        };
        assert_eq!(name, gone);
    });
}
