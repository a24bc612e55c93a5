//! The figures of the page, and what they must show.

mod common;

use std::time::Duration;

use common::NONCE;
use handshake::{Offer, Origins, Policy, accept, connect};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiretap::{
    Dial as _, Link, LinkStream, Listen as _, Part, Recorder, Side, Transcript, harness,
};

fn record(name: &str, transcript: &Transcript) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, transcript.to_json());
    });
}

/// Accepts one origin and one subprotocol, says `Hello`, closes, and waits for the end.
async fn greet(io: LinkStream) {
    let policy = Policy {
        origins: Origins::Only(vec!["http://example.com".to_owned()]),
        subprotocols: vec!["chat".to_owned()],
    };
    let decide = |request: &RequestHead| policy.check(request);
    if let Ok(mut opened) = accept(io, &Limits::default(), decide).await {
        for frame in [&b"\x81\x05Hello"[..], b"\x88\x02\x03\xe8"] {
            opened.io.write_all(frame).await.expect("sent");
        }
        let mut bytes = Vec::new();
        opened.io.read_to_end(&mut bytes).await.expect("the end");
    }
}

/// A page of this origin connects to a server that knows one origin, which says `Hello` in
/// the same write as its answer, and closes.
fn play(title: &'static str, origin: &'static str) -> Transcript {
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let link = Link::new().rtt(Duration::from_millis(100));
        let (dialer, mut listener) = link.network(&recorder);
        let server = tokio::spawn(async move {
            let io = listener.accept().await.expect("a client");
            greet(io).await;
        });
        let url = "ws://server.example.com/chat".parse().expect("a URL");
        let mut offer = Offer::new(&url);
        offer.subprotocols = vec!["superchat".to_owned(), "chat".to_owned()];
        offer.headers.append("Origin", origin);
        let io = dialer.dial().await.expect("a server");
        match connect(io, &Limits::default(), offer, NONCE).await {
            Ok(mut opened) => {
                recorder.note(Side::Client, "the answer is checked: open");
                let mut frames = [0; 11];
                opened
                    .io
                    .read_exact(&mut frames[opened.rest.len()..])
                    .await
                    .expect("frames");
                // The answer to the Close: masked, as everything that a client sends.
                let close = b"\x88\x82\x37\xfa\x21\x3d\x34\x12";
                opened.io.write_all(close).await.expect("sent");
                opened.io.shutdown().await.expect("ended");
            }
            Err(error) => recorder.note(Side::Client, error.to_string()),
        }
        server.await.expect("no panic");
        recorder.transcript()
    })
}

fn labels(transcript: &Transcript, part: Part) -> Vec<&str> {
    let entries = transcript.entries.iter();
    let entries = entries.filter(|entry| entry.part == part);
    entries.map(|entry| &entry.label[..]).collect()
}

#[test]
fn a_handshake() {
    let transcript = play("A handshake, and two frames by hand", "http://example.com");
    let heads = labels(&transcript, Part::ResponseHead);
    assert_eq!(heads, ["HTTP/1.1 101 Switching Protocols"]);
    // Frames are what an independent decoder sees in the bytes after the 101.
    assert_eq!(labels(&transcript, Part::Frame).len(), 3);
    record("a_handshake", &transcript);
}

#[test]
fn a_refusal() {
    let transcript = play("A page that may not connect", "http://evil.example");
    let heads = labels(&transcript, Part::ResponseHead);
    assert_eq!(heads, ["HTTP/1.1 403 Forbidden"]);
    assert_eq!(labels(&transcript, Part::Frame), [""; 0]);
    record("a_refusal", &transcript);
}

/// What a handshake costs: bytes, and when.
#[test]
fn the_costs() {
    let transcript = play("What it costs", "http://example.com");
    let row = |what: &str, part: Part, index: usize| {
        let mut entries = transcript.entries.iter().filter(|entry| entry.part == part);
        let entry = entries.nth(index).expect("it passed");
        let bytes = match part {
            Part::Open => "–".to_owned(),
            _ => entry.length.to_string(),
        };
        [
            what.to_owned(),
            bytes,
            entry
                .arrived()
                .expect("both ends were seen")
                .as_millis()
                .to_string(),
        ]
    };
    let table = serde_json::json!({
        "caption": "One handshake, with a round trip of 100 ms",
        "columns": ["what", "bytes", "has arrived after, ms"],
        "rows": [
            row("the TCP connection", Part::Open, 0),
            row("the request", Part::RequestHead, 0),
            row("the answer", Part::ResponseHead, 0),
            row("`Hello`, in a frame", Part::Frame, 0),
        ],
        "note": "Counted from the transcript at the top of this page.",
    });
    let table = serde_json::to_string_pretty(&table).expect("JSON");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("costs", table);
    });
}
