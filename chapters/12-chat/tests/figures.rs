//! The figures of the page: what one connection sees, of this chapter's chat and of the
//! shortest one.

mod road;

use std::time::Duration;

use chat::{Chat, shortest};
use connection::{
    CloseCode, Config, Connection, Event, Message, Reader, Role, WebSocket, Writer,
};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use road::serve_router;
use serde_json::Value;
use tokio::time::sleep;
use wiretap::{
    Dial as _, Link, LinkDialer, LinkStream, Recorder, Side, Transcript, harness,
};

const RTT: Duration = Duration::from_millis(100);

/// A client, of which every byte is the same each time. What it sends and gets stands beside
/// its frames.
struct Client {
    recorder: Recorder,
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

impl Client {
    async fn open(chat: &LinkDialer, url: &str, recorder: &Recorder) -> Self {
        let io = chat.dial().await.expect("a stream");
        let offer = Offer::new(&url.parse().expect("a URL"));
        let nonce = *b"the sample nonce";
        let limits = raw_http::Limits::default();
        let opened = handshake::connect(io, &limits, offer, nonce).await;
        let Opened { io, rest, .. } = opened.expect("a handshake");
        let config = Config {
            masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
            ..Config::default()
        };
        let connection = Connection::new(Role::Client, config);
        let (reader, writer) = WebSocket::new(io, connection, rest).split();
        let recorder = recorder.clone();
        Self {
            recorder,
            reader,
            writer,
        }
    }

    async fn say(&mut self, text: &str) {
        self.recorder
            .note(Side::Client, format!("sends {}", short(text)));
        self.writer
            .send(Message::Text(text.into()))
            .await
            .expect("it is open");
        self.writer.flush().await.expect("it is open");
    }

    async fn hear(&mut self) -> String {
        loop {
            match self.reader.read().await.expect("it is open") {
                Event::Message(Message::Text(text)) => {
                    let note = format!("gets {}", short(&text));
                    self.recorder.note(Side::Client, note);
                    return text.into_owned();
                }
                Event::Closed(closed) => panic!("closed: {closed}"),
                _ => {}
            }
        }
    }

    async fn leave(mut self) {
        self.writer
            .close(CloseCode::NORMAL, "")
            .expect("it is open");
        while self.reader.read().await.is_some() {}
    }
}

/// A message in one line: its type, and its fields. What is none is quoted.
fn short(text: &str) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else {
        return format!("{text:?}");
    };
    let kind = fields.remove("type").unwrap_or_default();
    let fields = fields
        .into_iter()
        .map(|(name, value)| format!("{name} {value}"));
    let fields: Vec<String> = fields.collect();
    format!(
        "{}: {}",
        kind.as_str().unwrap_or_default(),
        fields.join(", ")
    )
}

fn record(name: &str, transcript: &Transcript) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

/// The same server at the end of two networks, of which one is recorded.
fn two_roads(router: &axum::Router, title: &str) -> (LinkDialer, LinkDialer, Recorder) {
    let recorder = Recorder::new(title);
    let link = Link::new().rtt(RTT);
    let seen = serve_router(router.clone(), &link, &recorder);
    let unseen = serve_router(router.clone(), &link, &Recorder::new("unseen"));
    (seen, unseen, recorder)
}

#[test]
fn what_ann_sees() {
    const CHAT: &str = "ws://chat.test/chat";
    let transcript = harness::run("a conversation", async {
        let router = chat::router(Chat::new());
        let (seen, unseen, recorder) =
            two_roads(&router, "Ann's connection to the chat");
        let mut ann = Client::open(&seen, CHAT, &recorder).await;
        ann.say(r#"{"type":"hello","version":1,"name":"Ann"}"#)
            .await;
        ann.say(r#"{"type":"join","room":"tea"}"#).await;
        ann.hear().await;
        assert!(ann.hear().await.contains("joined"));
        let mut bob = Client::open(&unseen, CHAT, &Recorder::new("unseen")).await;
        bob.say(r#"{"type":"hello","version":1,"name":"Bob"}"#)
            .await;
        bob.say(r#"{"type":"join","room":"tea"}"#).await;
        assert!(ann.hear().await.contains("here"));
        ann.say(r#"{"type":"say","room":"tea","text":"Hello, Bob","id":"a1"}"#)
            .await;
        bob.say(r#"{"type":"say","room":"tea","text":"Hello, Ann"}"#)
            .await;
        ann.hear().await;
        assert!(ann.hear().await.contains(r#""seq":2"#));
        ann.say(r#"{"type":"say","room":"tae","text":"Tea?","id":"a2"}"#)
            .await;
        assert!(ann.hear().await.contains("not_in_room"));
        bob.leave().await;
        assert!(ann.hear().await.contains("gone"));
        ann.leave().await;
        recorder.transcript()
    });
    record("a_conversation", &transcript);
}

#[test]
fn what_ann_hears_of_somebody_without_a_name() {
    const CHAT: &str = "ws://chat.test/websocket";
    let transcript = harness::run("somebody without a name", async {
        let router = shortest::router();
        let (seen, unseen, recorder) = two_roads(&router, "The shortest chat");
        let mut ann = Client::open(&seen, CHAT, &recorder).await;
        ann.say("Ann").await;
        assert_eq!(ann.hear().await, "Ann joined.");
        let visitor = Client::open(&unseen, CHAT, &Recorder::new("unseen")).await;
        sleep(RTT).await;
        drop(visitor);
        assert_eq!(ann.hear().await, " joined.");
        assert_eq!(ann.hear().await, " left.");
        ann.say("Who was that?").await;
        assert_eq!(ann.hear().await, "Ann: Who was that?");
        recorder.transcript()
    });
    record("somebody_without_a_name", &transcript);
}
