//! The figure of the page: a drain on the wire.

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "../../14-history/tests/common/peer.rs"]
mod peer;
#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use history::{Halls, MemoryLog, RoomLog as _};
use regex::Regex;
use serde_json::Value;
use server::{PLAN, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep;
use wiretap::{
    Dial as _, Entry, Link, LinkDialer, LinkStream, Part, Recorder, Side, Transcript,
    harness,
};

const RTT: Duration = Duration::from_millis(100);
/// Whose connection is which.
const WHO: [&str; 5] = ["bob", "ada", "carl", "bob", "ada"];

/// A client of which every byte is the same each time.
struct Client {
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

impl Client {
    async fn open(dialer: &LinkDialer, who: &str, after: Option<u64>) -> Self {
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
        let mut client = Self { reader, writer };
        client
            .says(&format!(r#"{{"type":"hello","version":2,"name":"{who}"}}"#))
            .await;
        client.hears(1).await;
        let after = after.map_or(String::new(), |seq| format!(r#","after":{seq}"#));
        client
            .says(&format!(r#"{{"type":"join","room":"harbour"{after}}}"#))
            .await;
        client.hears(1).await;
        client
    }

    async fn says(&mut self, text: &str) {
        let message = Message::Text(text.into());
        self.writer.send(message).await.expect("it is open");
        self.writer.flush().await.expect("it is open");
    }

    async fn hears(&mut self, count: usize) {
        for _ in 0..count {
            let event = self.reader.read().await.expect("it is open");
            assert!(
                matches!(event, Event::Message(_)),
                "a text, and not {event:?}"
            );
        }
    }

    /// Reads to the end of the connection: the code of its Close.
    async fn hears_the_end(mut self) -> u16 {
        loop {
            if let Event::Closed(closed) = self.reader.read().await.expect("an end") {
                return closed.code();
            }
        }
    }
}

/// What is left of the transcript: from the last message on, without handshakes, hellos, and
/// who came and went. A frame says in its row what it says.
fn from_the_message(mut transcript: Transcript) -> Transcript {
    let is_said =
        |entry: &Entry| payload(entry).is_some_and(|text| text.contains("\"say\""));
    let first = transcript.entries.iter().position(is_said);
    transcript.entries.drain(..first.expect("it is said"));
    transcript.entries.retain_mut(|entry| {
        let who = (entry.connection as usize).checked_sub(1).map(|at| WHO[at]);
        match (entry.part, who) {
            (Part::Frame, Some(who)) => {
                let words = words(entry);
                entry.label = match entry.from {
                    Side::Client => format!("{who}: {words}"),
                    Side::Server => format!("to {who}: {words}"),
                };
                !["hello", "welcome", "presence"]
                    .iter()
                    .any(|it| words.starts_with(it))
            }
            // Of the handshakes only the one that fails.
            (Part::RequestHead | Part::ResponseHead | Part::Body, Some(who)) => {
                who == "carl"
            }
            (Part::Open | Part::End, _) => false,
            _ => true,
        }
    });
    transcript
}

fn payload(entry: &Entry) -> Option<&str> {
    let payload = entry.fields.iter().find(|field| field.name == "Payload");
    payload.map(|field| field.value.as_str())
}

/// What a frame says, in a line.
fn words(entry: &Entry) -> String {
    let field = |name| entry.fields.iter().find(|field| field.name == name);
    if let Some(code) = field("Close code") {
        return format!("close {}", code.value);
    }
    let Some(text) = payload(entry) else {
        return entry.label.clone();
    };
    let Ok(message) = serde_json::from_str::<Value>(text) else {
        return entry.label.clone();
    };
    let fields = message.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| *name != "type");
    let fields: Vec<_> = fields
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let kind = message["type"].as_str().unwrap_or_default();
    format!("{kind}: {}", fields.join(", "))
}

/// Asks for a WebSocket, and is answered otherwise.
async fn is_refused(dialer: &LinkDialer) {
    let mut io = dialer.dial().await.expect("it listens");
    let request = "GET /chat HTTP/1.1\r\nHost: chat.test\r\nUpgrade: websocket\r\n\
                   Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    io.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    io.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

/// With the date that RFC 9110 §5.6.7 has as its example: the true one is another each time.
fn undated(json: &str) -> String {
    let date = Regex::new("date: [^G]*GMT").expect("an expression");
    let example = "date: Sun, 06 Nov 1994 08:49:37 GMT";
    date.replace_all(json, example).into_owned()
}

#[test]
fn a_drain() {
    let transcript = harness::run("a drain and what comes after it", async {
        let recorder = Recorder::new("A drain over 10 s, and the next server");
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        let link = || Link::new().rtt(RTT);
        let server = Server::with(log.clone(), halls.clone(), PLAN, link(), &recorder);
        let bob = Client::open(&server.dialer, "bob", None).await;
        let mut ada = Client::open(&server.dialer, "ada", None).await;
        ada.says(r#"{"type":"say","room":"harbour","text":"ahoy","id":"7f-0"}"#)
            .await;
        ada.hears(2).await;
        recorder.note(Side::Server, "SIGTERM");
        server.signal().await;
        assert_eq!(bob.hears_the_end().await, 1012);
        sleep(Duration::from_secs(1)).await;
        is_refused(&server.dialer).await;
        // Whose turn has not come talks on.
        ada.hears(1).await;
        let words = r#"{"type":"say","room":"harbour","text":"bob?","id":"7f-1"}"#;
        ada.says(words).await;
        ada.hears(2).await;
        assert_eq!(ada.hears_the_end().await, 1012);
        server.ended.await.expect("no panic");
        recorder.note(
            Side::Server,
            "nobody is left: the process ends, and the next begins",
        );
        let next = Server::with(log.clone(), halls, PLAN, link(), &recorder);
        let mut bob = Client::open(&next.dialer, "bob", Some(1)).await;
        bob.hears(1).await;
        let _ada = Client::open(&next.dialer, "ada", Some(2)).await;
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.last, 2, "what was accepted is kept");
        from_the_message(recorder.transcript())
    });
    let labels: Vec<_> = transcript
        .entries
        .iter()
        .map(|entry| entry.label.as_str())
        .collect();
    for label in ["HTTP/1.1 503 Service Unavailable", "SIGTERM"] {
        assert!(labels.contains(&label), "{label}: {labels:#?}");
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("a_drain", undated(&transcript.to_json()));
    });
}
