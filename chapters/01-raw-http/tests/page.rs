//! What the chapter's page shows: recorded here, drawn there.

mod common;
#[path = "common/link.rs"]
mod link;

use std::fs;
use std::path::Path;
use std::time::Duration;

use link::TestServer;
use raw_http::{Client, Config, HeadScan, Limits, Request, RequestHead, Response};
use serde_json::json;
use tokio::time::{sleep, sleep_until};
use wiretap::{Dial, Ledger, Link, Recorder, Side, Transcript, harness};

/// Records a transcript or a table for the page.
macro_rules! for_the_page {
    ($name:literal, $content:expr) => {
        insta::with_settings!(
            { prepend_module_to_snapshot => false, omit_expression => true },
            { insta::assert_snapshot!($name, $content) }
        )
    };
}

/// 100 ms there and back.
fn link() -> Link {
    Link::new().rtt(Duration::from_millis(100))
}

async fn hello(_request: Request) -> Response {
    Response::text(200, "hello")
}

/// A conversation of raw bytes with the chapter's server, until the server ends it.
fn conversation(title: &'static str, bytes: &'static str) -> Transcript {
    harness::run(title, async move {
        let recorder = Recorder::new(title);
        let server = TestServer::on(&link(), &recorder, Config::default(), hello);
        let mut peer = server.say(bytes).await;
        peer.hear_all().await;
        drop(peer);
        recorder.transcript()
    })
}

/// Ten times the same question, and what it took.
fn ten_questions(keep_alive: bool) -> (Ledger, Duration) {
    harness::run("ten questions", async move {
        let recorder = Recorder::new("ten questions");
        let server = TestServer::on(&link(), &recorder, Config::default(), hello);
        let mut client =
            Client::new(server.dialer(), "wire.test").keep_alive(keep_alive);
        let (_, took) = link::timed(async {
            for _ in 0..10 {
                client.send(Request::get("/")).await.expect("an answer");
            }
        })
        .await;
        (Ledger::of(&recorder.transcript()), took)
    })
}

#[test]
fn two_requests_on_one_connection() {
    let transcript = harness::run("two requests", async {
        let recorder = Recorder::new("Two requests on one connection");
        let server = TestServer::on(&link(), &recorder, Config::default(), hello);
        let mut client = Client::new(server.dialer(), "wire.test");
        for _ in 0..2 {
            client.send(Request::get("/")).await.expect("an answer");
        }
        recorder.transcript()
    });
    for_the_page!("two_requests", transcript.to_json());
}

#[test]
fn the_server_cannot_speak_first() {
    let transcript = harness::run("an event between two requests", async {
        let recorder =
            Recorder::new("Something happens, and the server may not say so");
        let news = |request: Request| async move {
            match request.target.as_str() {
                "/1" => Response::text(200, "nothing yet"),
                _ => Response::text(200, "it happened"),
            }
        };
        let server = TestServer::on(&link(), &recorder, Config::default(), news);
        let mut client = Client::new(server.dialer(), "wire.test");
        let start = tokio::time::Instant::now();
        client.send(Request::get("/1")).await.expect("an answer");
        sleep_until(start + Duration::from_millis(300)).await;
        recorder.published("it happened");
        sleep_until(start + Duration::from_millis(1000)).await;
        let answer = client.send(Request::get("/2")).await.expect("an answer");
        assert_eq!(answer.body, "it happened");
        recorder.delivered("it happened");
        recorder.transcript()
    });
    for_the_page!("cannot_speak_first", transcript.to_json());
}

#[test]
fn a_mistake_is_answered_and_ends_the_connection() {
    let title = "A space before the colon";
    let bytes = "GET / HTTP/1.1\r\nHost : wire.test\r\n\r\n";
    for_the_page!("a_mistake", conversation(title, bytes).to_json());
}

#[test]
fn a_slow_head_is_given_up() {
    let transcript = harness::run("a slowloris", async {
        let recorder = Recorder::new("A head that never ends");
        let server = TestServer::on(&link(), &recorder, Config::default(), hello);
        let dialer = server.dialer();
        let mut peer = link::Peer(dialer.dial().await.expect("the server listens"));
        peer.say("GET / HTTP/1.1\r\nHost: wire.test\r\n").await;
        for field in ["X-a: b\r\n", "X-c: d\r\n", "X-e: f\r\n"] {
            sleep(Duration::from_secs(3)).await;
            recorder.note(Side::Client, format!("sends {} bytes more", field.len()));
            peer.say(field).await;
        }
        peer.hear_all().await;
        drop(peer);
        recorder.transcript()
    });
    for_the_page!("slow_head", transcript.to_json());
}

#[test]
fn what_ten_questions_cost() {
    let rows = [(false, "a new one each"), (true, "one, kept")].map(|(kept, name)| {
        let (ledger, took) = ten_questions(kept);
        [
            name.to_owned(),
            ledger.connections.to_string(),
            format!("{} ms", took.as_millis()),
            ledger.request_head_bytes.to_string(),
            ledger.response_head_bytes.to_string(),
            ledger.payload_bytes.to_string(),
        ]
    });
    let table = json!({
        "caption": "Ten answers of five bytes",
        "columns": [
            "connections", "opened", "time", "request heads, bytes",
            "response heads, bytes", "bodies, bytes",
        ],
        "rows": rows,
        "note": "the chapter's client and server on a link with a round-trip time of \
                 100 ms, counted by the ledger",
    });
    for_the_page!("ten_questions", format!("{table:#}"));
}

#[test]
fn what_a_head_costs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/heads");
    let clients = ["python-3.11.7", "curl-7.88.1", "chromium-156"];
    let rows = clients.map(|client| {
        let bytes =
            fs::read(folder.join(format!("{client}.bin"))).expect("a recording");
        let mut scan = HeadScan::new(&Limits::default());
        let parsed = RequestHead::parse(&bytes, &mut scan).expect("a head");
        let (head, length) = parsed.expect("a whole head");
        assert_eq!(length, bytes.len());
        let (name, version) = client.rsplit_once('-').expect("NAME-VERSION");
        [
            format!("{name} {version}"),
            head.headers.len().to_string(),
            length.to_string(),
            format!("{:.1}", length as f64 / 5.0),
        ]
    });
    let table = json!({
        "caption": "What a client sends to ask for a page",
        "columns": ["client", "fields", "bytes of head", "per byte of a 5-byte body"],
        "rows": rows,
        "note": "recorded from the real programs on Linux; no cookie is among the fields",
    });
    for_the_page!("heads", format!("{table:#}"));
}

#[test]
fn what_is_refused_and_how() {
    const MISTAKES: [(&str, &str); 11] = [
        ("no Host", "GET / HTTP/1.1\r\n\r\n"),
        ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        (
            "a space before the colon",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        ),
        (
            "a line that continues",
            "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        ),
        ("a CR on its own", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"),
        (
            "two different lengths",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        ),
        (
            "a length and chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\
             Transfer-Encoding: chunked\r\n\r\n",
        ),
        (
            "chunks, before chapter 4",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        (
            "a gigabyte of body",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n",
        ),
        (
            "101 fields",
            "GET / HTTP/1.1\r\nHost: a\r\n{100 × \"A: b\\r\\n\"}\r\n",
        ),
        ("another version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    ];
    let rows = MISTAKES.map(|(what, bytes)| {
        let bytes = bytes.replace("{100 × \"A: b\\r\\n\"}", &"A: b\r\n".repeat(100));
        let outcome = common::at_every_split(&Limits::default(), bytes.as_bytes());
        let (status, why) = outcome.mistake.expect("it is refused");
        [what.to_owned(), status.to_string(), why]
    });
    let table = json!({
        "caption": "What the server refuses",
        "columns": ["the request has", "status", "because of"],
        "rows": rows,
        "note": "the server's own words, the same at every point where a read may end",
    });
    for_the_page!("refused", format!("{table:#}"));
}
