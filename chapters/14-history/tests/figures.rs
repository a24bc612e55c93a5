//! The figures and tables of the page.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::time::Duration;

use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use history::{Pace, RoomLog, Schedule};
use serde_json::{Value, json};
use wiretap::{
    Dial as _, Link, LinkDialer, LinkStream, Recorder, Side, Transcript, harness,
};

const RTT: Duration = Duration::from_millis(100);

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
        self.recorder.note(Side::Client, "is cut off".to_owned());
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

fn record(name: &str, content: String) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, content);
    });
}

/// Records a transcript, with RFC 9110's own day in the place of today (§5.6.7).
fn record_transcript(name: &str, mut transcript: Transcript) {
    let entries = transcript.entries.iter_mut();
    let lines = entries.flat_map(|entry| &mut entry.content.lines);
    for line in lines.filter(|line| line.starts_with("date: ")) {
        *line = r"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned();
    }
    record(name, transcript.to_json());
}

fn has(transcript: &Transcript, words: &str) -> usize {
    let entries = transcript.entries.iter();
    entries.filter(|entry| entry.label.contains(words)).count()
}

#[test]
fn what_is_missed() {
    let transcript = harness::run("a client of version 1 is cut", async {
        let recorder = Recorder::new("What a client of version 1 misses");
        let (dialer, log) = peer::served_and_recorded(Link::new().rtt(RTT), &recorder);
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
        let seq = common::added(&log, "harbour", post).await;
        let note = format!("ada says number {seq}: \"it leaves from pier 4\"");
        recorder.note(Side::Server, note);
        let mut bob = Client::open(&dialer, &recorder).await;
        bob.says(r#"{"type":"hello","version":1,"name":"bob"}"#)
            .await;
        bob.says(r#"{"type":"join","room":"harbour"}"#).await;
        bob.hears(2).await;
        recorder.transcript()
    });
    assert_eq!(has(&transcript, "hears message"), 1);
    record_transcript("what_is_missed", transcript);
}

#[test]
fn a_retry() {
    let transcript = harness::run("an acknowledgement is lost", async {
        let recorder =
            Recorder::new("An acknowledgement is lost, and the client comes back");
        let (dialer, log) = peer::served_and_recorded(Link::new().rtt(RTT), &recorder);
        let say = r#"{"type":"say","room":"harbour","text":"hello","id":"7f-0"}"#;
        let mut ada = Client::open(&dialer, &recorder).await;
        ada.says(r#"{"type":"hello","version":2,"name":"ada"}"#)
            .await;
        ada.says(r#"{"type":"join","room":"harbour"}"#).await;
        ada.hears(2).await;
        ada.says(say).await;
        ada.cut();
        let mut ada = Client::open(&dialer, &recorder).await;
        ada.says(r#"{"type":"hello","version":2,"name":"ada"}"#)
            .await;
        ada.says(r#"{"type":"join","room":"harbour","after":0}"#)
            .await;
        ada.says(say).await;
        ada.hears(4).await;
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.last, 1, "it is there once");
        recorder.transcript()
    });
    assert_eq!(has(&transcript, "hears message"), 1);
    assert_eq!(has(&transcript, "hears accepted"), 1);
    record_transcript("a_retry", transcript);
}

/// When so many clients come back that were all cut at 0, and find the server from `away`
/// on: for each attempt its time, in milliseconds.
fn attempts(away: f64, waits: impl Fn(u64) -> Vec<f64>) -> Vec<f64> {
    let mut all = Vec::new();
    for client in 0..10_000 {
        let mut now = 0.0;
        for wait in waits(client) {
            now += wait;
            all.push(now);
            if now >= away {
                break;
            }
        }
    }
    all.sort_unstable_by(f64::total_cmp);
    all
}

/// How many attempts are made in the fullest tenth of a second, of those after `from`.
fn busiest(attempts: &[f64], from: f64) -> usize {
    let attempts = &attempts[attempts.partition_point(|at| *at < from)..];
    let within = |(at, start): (usize, &f64)| {
        attempts.partition_point(|other| *other < start + 100.0) - at
    };
    attempts.iter().enumerate().map(within).max().unwrap_or(0)
}

/// A row for each way to come back: after a restart, and after a minute without a server.
fn herd() -> Vec<Value> {
    let ours = |client| {
        let mut schedule = Schedule::new(Pace::default(), client);
        (0..12)
            .map(|_| schedule.next().as_secs_f64() * 1e3)
            .collect::<Vec<_>>()
    };
    let each_second = |_| vec![1_000.0; 120];
    let doubling = |_| {
        (0..12)
            .map(|n| (1_000.0 * 2_f64.powi(n)).min(60_000.0))
            .collect()
    };
    let mut rows = Vec::new();
    for (name, waits) in [
        ("each second", &each_second as &dyn Fn(u64) -> Vec<f64>),
        ("1 s, then doubled, without chance", &doubling),
        ("this chapter's", &ours),
    ] {
        let restarted = attempts(0.0, waits);
        let minute = attempts(60_000.0, waits);
        let last = minute.last().copied().unwrap_or_default() / 1e3;
        rows.push(json!([
            name,
            busiest(&restarted, 0.0).to_string(),
            busiest(&minute, 60_000.0).to_string(),
            minute.len().to_string(),
            format!("{last:.0}"),
        ]));
    }
    rows
}

#[test]
fn ten_thousand_come_back() {
    let rows = herd();
    let ours = rows[2][1]
        .as_str()
        .and_then(|count| count.parse::<u32>().ok());
    assert!(ours.is_some_and(|count| count < 400), "{rows:?}");
    let table = json!({
        "caption": "10,000 clients are cut at the same instant",
        "columns": [
            "they come back", "most in 0.1 s, after a restart",
            "most in 0.1 s, after a minute away", "attempts in that minute",
            "the last is back after, s",
        ],
        "rows": rows,
        "note": "By the schedules alone, in a test; the server takes everybody at once. \
                 The minute's last column counts from the cut.",
    });
    record("herd", format!("{table:#}"));
}
