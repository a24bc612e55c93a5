//! The figures of the page.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use history::{
    Audience as _, Chat, Entry as Logged, Halls, MemoryLog, RoomLog as _, What,
};
use serde_json::Value;
use wiretap::{
    Dial as _, Link, LinkDialer, LinkStream, Part, Recorder, Side, Transcript, harness,
};

const RTT: Duration = Duration::from_millis(100);
/// What is remarked when a client is gone.
const CUT: &str = "is cut off";
const BACK: &str = "comes back, and says hello";

/// A client, of which every byte is the same each time. What it says and hears stands beside
/// its frames.
struct Client {
    recorder: Recorder,
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

impl Client {
    async fn open(dialer: &LinkDialer, recorder: &Recorder) -> Self {
        let io = dialer.dial().await.expect("a stream");
        let offer = Offer::new(&peer::URL.parse().expect("a URL"));
        let limits = raw_http::Limits::default();
        let nonce = *b"the sample nonce";
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

    /// Opens a further connection.
    async fn back(dialer: &LinkDialer, recorder: &Recorder) -> Self {
        let client = Self::open(dialer, recorder).await;
        recorder.note(Side::Client, BACK);
        client
    }

    async fn says(&mut self, text: &str) {
        let note = format!("says {}", short(text));
        self.recorder.note(Side::Client, note);
        let message = Message::Text(text.into());
        self.writer.send(message).await.expect("it is open");
        self.writer.flush().await.expect("it is open");
    }

    /// Hears so many messages.
    async fn hears(&mut self, count: usize) {
        for _ in 0..count {
            match self.reader.read().await.expect("it is open") {
                Event::Message(Message::Text(text)) => {
                    let note = format!("hears {}", short(&text));
                    self.recorder.note(Side::Client, note);
                }
                other => panic!("a text, and not {other:?}"),
            }
        }
    }

    fn cut(self) {
        self.recorder.note(Side::Client, CUT);
    }
}

/// A message in one line: its type, and its fields.
fn short(text: &str) -> String {
    let message: Value = serde_json::from_str(text).expect("JSON");
    let fields = message.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| *name != "type");
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let kind = message["type"].as_str().unwrap_or_default();
    format!("{kind}: {}", fields.join(", "))
}

/// A server whose log marks in the recording what it keeps.
fn served(recorder: &Recorder) -> (LinkDialer, MemoryLog) {
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    let (halls, marks) = (Halls::new(), recorder.clone());
    let mut told = halls.clone();
    let log = MemoryLog::new(move |room: &str, entry: &Arc<Logged>| {
        if let What::Said { text, .. } = &entry.what {
            let text = text.as_deref().unwrap_or_default();
            marks.published(format!("{}, \u{201c}{text}\u{201d},", entry.seq));
        }
        told.tell(room, entry);
    });
    let chat = Chat::new(log.clone(), halls);
    tokio::spawn(peer::serve_forever(listener, chat));
    (dialer, log)
}

/// The same without what is as it was in the chapters before: the handshakes, and the hello
/// and its answer. And a frame says in its row what it says.
fn from_the_first_join(mut transcript: Transcript) -> Transcript {
    let (mut said, mut heard) = (VecDeque::new(), VecDeque::new());
    for entry in &transcript.entries {
        let label = entry.label.as_str();
        said.extend(label.strip_prefix("says ").map(str::to_owned));
        heard.extend(label.strip_prefix("hears ").map(str::to_owned));
    }
    transcript.entries.retain_mut(|entry| match entry.part {
        Part::Note => [CUT, BACK].contains(&entry.label.as_str()),
        Part::Frame => {
            let words = match entry.from {
                Side::Client => said.pop_front(),
                Side::Server => heard.pop_front(),
            };
            entry.label = words.expect("each frame is said or heard");
            !["hello", "welcome"]
                .iter()
                .any(|it| entry.label.starts_with(it))
        }
        Part::Open | Part::RequestHead | Part::ResponseHead => false,
        _ => true,
    });
    transcript
}

fn record(name: &str, transcript: &Transcript) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

/// How many frames say this.
fn has(transcript: &Transcript, words: &str) -> usize {
    let frames = transcript.entries.iter();
    let frames = frames.filter(|entry| entry.part == Part::Frame);
    frames
        .filter(|entry| entry.label.starts_with(words))
        .count()
}

#[test]
fn what_is_missed() {
    let transcript = harness::run("a client of version 1 is cut", async {
        let recorder = Recorder::new("What a client of version 1 misses");
        let (dialer, log) = served(&recorder);
        let mut bob = Client::open(&dialer, &recorder).await;
        bob.says(r#"{"type":"hello","version":1,"name":"bob"}"#)
            .await;
        bob.says(r#"{"type":"join","room":"harbour"}"#).await;
        bob.hears(2).await;
        let post = common::say("ada", "1", "the ferry is late");
        common::added(&log, "harbour", post).await;
        bob.hears(1).await;
        bob.cut();
        let post = common::say("ada", "2", "it leaves from pier 4");
        common::added(&log, "harbour", post).await;
        let mut bob = Client::back(&dialer, &recorder).await;
        bob.says(r#"{"type":"hello","version":1,"name":"bob"}"#)
            .await;
        bob.says(r#"{"type":"join","room":"harbour"}"#).await;
        bob.hears(2).await;
        from_the_first_join(recorder.transcript())
    });
    assert_eq!(has(&transcript, "message"), 1);
    record("what_is_missed", &transcript);
}

#[test]
fn a_retry() {
    let transcript = harness::run("an acknowledgement is lost", async {
        let recorder =
            Recorder::new("An acknowledgement is lost, and the client comes back");
        let (dialer, log) = served(&recorder);
        let say = r#"{"type":"say","room":"harbour","text":"ahoy","id":"7f-0"}"#;
        let mut ada = Client::open(&dialer, &recorder).await;
        ada.says(r#"{"type":"hello","version":2,"name":"ada"}"#)
            .await;
        ada.says(r#"{"type":"join","room":"harbour"}"#).await;
        ada.hears(2).await;
        ada.says(say).await;
        ada.cut();
        let mut ada = Client::back(&dialer, &recorder).await;
        ada.says(r#"{"type":"hello","version":2,"name":"ada"}"#)
            .await;
        ada.says(r#"{"type":"join","room":"harbour","after":0}"#)
            .await;
        ada.says(say).await;
        ada.hears(4).await;
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.last, 1, "it is there once");
        from_the_first_join(recorder.transcript())
    });
    assert_eq!(has(&transcript, "message"), 1);
    assert_eq!(has(&transcript, "accepted"), 1);
    record("a_retry", &transcript);
}
