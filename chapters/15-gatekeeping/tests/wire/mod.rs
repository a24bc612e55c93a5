//! Clients of which every byte is the same each time: a WebSocket's, and one of HTTP.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod scrub;
pub(crate) mod served;

use std::time::Duration;

use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{HandshakeError, Offer, Opened};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiretap::{Dial as _, LinkDialer, LinkStream, Part, Recorder, Side, Transcript};

pub(crate) const RTT: Duration = Duration::from_millis(100);

/// A client of a WebSocket. What it says and hears stands beside its frames.
pub(crate) struct Client {
    recorder: Recorder,
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

impl Client {
    /// Opens a connection with these fields in the head of its request.
    pub(crate) async fn open(
        dialer: &LinkDialer,
        recorder: &Recorder,
        fields: &[(&str, &str)],
    ) -> Result<Self, HandshakeError> {
        let io = dialer.dial().await.expect("a stream");
        let mut offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
        for (name, value) in fields {
            offer.headers.append(name, value);
        }
        let limits = raw_http::Limits::default();
        let nonce = *b"the sample nonce";
        let opened = handshake::connect(io, &limits, offer, nonce).await?;
        let Opened { io, rest, .. } = opened;
        let config = Config {
            masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
            ..Config::default()
        };
        let connection = Connection::new(Role::Client, config);
        let (reader, writer) = WebSocket::new(io, connection, rest).split();
        let recorder = recorder.clone();
        Ok(Self {
            recorder,
            reader,
            writer,
        })
    }

    pub(crate) async fn says(&mut self, text: &str) {
        let note = format!("says {}", short(text));
        self.recorder.note(Side::Client, note);
        let message = Message::Text(text.into());
        self.writer.send(message).await.expect("it is open");
        self.writer.flush().await.expect("it is open");
    }

    /// The next text.
    pub(crate) async fn hears(&mut self) -> String {
        match self.reader.read().await.expect("it is open") {
            Event::Message(Message::Text(text)) => {
                let note = format!("hears {}", short(&text));
                self.recorder.note(Side::Client, note);
                text.into_owned()
            }
            other => panic!("a text, and not {other:?}"),
        }
    }

    /// Reads to the end; the code of the Close.
    pub(crate) async fn ends(mut self) -> u16 {
        loop {
            if let Event::Closed(closed) = self.reader.read().await.expect("an end") {
                return closed.code();
            }
        }
    }
}

/// A message in one line: its type, and its fields. What is none is quoted.
fn short(text: &str) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(text) else {
        return format!("\u{201c}{text}\u{201d}");
    };
    let kind = fields.remove("type").unwrap_or_default();
    let fields: Vec<String> = fields
        .into_iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let kind = kind.as_str().unwrap_or_default();
    format!("{kind}: {}", fields.join(", "))
}

/// One request on a connection of its own; the whole answer. `head` has no empty line, and
/// no `Content-Length`.
pub(crate) async fn request(dialer: &LinkDialer, head: &str, body: &str) -> String {
    let mut io = dialer.dial().await.expect("a stream");
    request_on(&mut io, head, body).await
}

/// The same on a connection that is open.
pub(crate) async fn request_on(io: &mut LinkStream, head: &str, body: &str) -> String {
    let head = head.trim_end().replace('\n', "\r\n");
    let length = match body.len() {
        0 => String::new(),
        length => format!("Content-Length: {length}\r\n"),
    };
    let request = format!("{head}\r\n{length}\r\n{body}");
    io.write_all(request.as_bytes()).await.expect("it is read");
    let mut answer = Vec::new();
    while !is_whole(&answer) {
        let read = io.read_buf(&mut answer).await.expect("an answer");
        assert_ne!(read, 0, "{}", answer.escape_ascii());
    }
    String::from_utf8(answer).expect("text")
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| value.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A frame says in its row what it says.
pub(crate) fn told(mut transcript: Transcript) -> Transcript {
    let notes = |prefix: &'static str| {
        let labels = transcript.entries.iter().map(|entry| &entry.label);
        let found = labels.filter_map(move |label| label.strip_prefix(prefix));
        found.map(str::to_owned).collect::<Vec<_>>().into_iter()
    };
    let (mut said, mut heard) = (notes("says "), notes("hears "));
    transcript.entries.retain_mut(|entry| match entry.part {
        Part::Note => {
            !entry.label.starts_with("says ") && !entry.label.starts_with("hears ")
        }
        Part::Frame => {
            let words = match entry.from {
                Side::Client => said.next(),
                Side::Server => heard.next(),
            };
            // A Close is neither said nor heard.
            if let Some(words) = words {
                entry.label = words;
            }
            true
        }
        _ => true,
    });
    transcript
}

/// The same without what is as it was in the chapters before.
pub(crate) fn without_handshakes(mut transcript: Transcript) -> Transcript {
    let is_known = [Part::Open, Part::RequestHead, Part::ResponseHead];
    transcript
        .entries
        .retain(|entry| !is_known.contains(&entry.part));
    transcript
}

pub(crate) fn record(name: &str, transcript: Transcript) {
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false,
        snapshot_path => "../snapshots",
    }, {
        insta::assert_snapshot!(name, told(transcript).to_json());
    });
}
