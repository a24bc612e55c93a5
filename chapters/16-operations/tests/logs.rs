//! What is written: its form, and what is never in it.

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "../../14-history/tests/common/peer.rs"]
mod peer;
#[path = "common/server.rs"]
mod server;
#[path = "common/written.rs"]
mod written;

use operations::{Format, Level};
use peer::{Peer, say};
use regex::Regex;
use serde_json::Value;
use server::Server;
use wiretap::harness;
use written::Written;

/// Fields that each line has, besides the message's own.
const ALWAYS: [&str; 3] = ["timestamp", "level", "message"];

/// What the fields of each message are.
fn schema(message: &str) -> Option<&'static [&'static str]> {
    Some(match message {
        "opened" => &[],
        "came in" => &["version"],
        "turned away" => &["code"],
        "closed" => &["heard", "told", "seconds", "code"],
        "gone" => &["heard", "told", "seconds"],
        "draining" => &["signal", "conversations"],
        "drained" => &["conversations"],
        "request" => &["method", "status"],
        _ => return None,
    })
}

/// Looks whether a line is as it has to be.
fn check(line: &Value) {
    let fields = line.as_object().expect("an object");
    let message = line["message"].as_str().expect("a message");
    let own = schema(message).unwrap_or_else(|| panic!("unknown: {line}"));
    for name in ALWAYS.iter().chain(own) {
        assert!(fields.contains_key(*name), "no {name}: {line}");
    }
    for name in fields.keys() {
        let known = ALWAYS.contains(&&**name) || own.contains(&&**name);
        assert!(known || name == "span", "{name}: {line}");
    }
    if let Some(span) = fields.get("span") {
        assert_eq!(span["name"], "conversation", "{line}");
        assert!(span["connection"].is_u64(), "{line}");
        assert_eq!(span["over"], "websocket", "{line}");
        assert_eq!(span["address"], "127.0.0.1", "{line}");
    }
}

/// For the page. The time of day is another each time.
fn show(text: &str) {
    let time = Regex::new(r#""timestamp":"[^"]*""#).expect("an expression");
    let text = time.replace_all(text, r#""timestamp":"…""#);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("log", text);
    });
}

#[test]
fn each_line_is_an_object_with_the_fields_of_its_message() {
    let written = Written::default();
    let lines = written.clone();
    harness::run("two people, a stranger, and a drain", async move {
        let _guard = lines.begin(Format::Json, Level::Info);
        let server = Server::start();
        let mut ada = Peer::joined(&server.dialer, "ada", None).await;
        ada.says("1", "ahoy").await;
        drop(Peer::hello(&server.dialer, "bob", 2).await);
        let mut stranger = Peer::connect(&server.dialer).await;
        stranger.send_text("nonsense").await;
        stranger.next().await;
        drop(stranger);
        server.signal().await;
        assert_eq!(ada.hear_the_end().await, 1012);
        drop(ada);
        server.ended.await.expect("no panic");
    });
    let lines = written.lines();
    lines.iter().for_each(check);
    show(&written.text());
    let messages: Vec<_> = lines
        .iter()
        .filter_map(|line| line["message"].as_str())
        .collect();
    for message in [
        "opened",
        "came in",
        "turned away",
        "gone",
        "closed",
        "draining",
        "drained",
    ] {
        assert!(messages.contains(&message), "{message}: {messages:?}");
    }
}

#[test]
fn the_lines_of_a_connection_have_its_number_and_then_its_name() {
    let written = Written::default();
    let lines = written.clone();
    harness::run("two people at a time", async move {
        let _guard = lines.begin(Format::Json, Level::Info);
        let server = Server::start();
        let ada = Peer::hello(&server.dialer, "ada", 2).await;
        let bob = Peer::hello(&server.dialer, "bob", 2).await;
        drop((ada, bob));
        while server.drain.conversations() > 0 {
            tokio::task::yield_now().await;
        }
    });
    for (number, who) in [(0, "ada"), (1, "bob")] {
        let lines = written.lines();
        let own = |line: &&Value| line["span"]["connection"] == number;
        let own: Vec<_> = lines.iter().filter(own).collect();
        let told = own.iter().map(|line| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (text(&line["message"]), text(&line["span"]["who"]))
        });
        let who = who.to_owned();
        let expected = [
            ("opened".to_owned(), String::new()),
            ("came in".to_owned(), who.clone()),
            ("gone".to_owned(), who),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn what_people_say_is_in_no_line() {
    let written = Written::default();
    let lines = written.clone();
    harness::run("a secret", async move {
        let _guard = lines.begin(Format::Json, Level::Trace);
        let server = Server::start();
        let mut ada = Peer::joined(&server.dialer, "ada", None).await;
        ada.send(&say("my-id", "the words of ada")).await;
        ada.send_text(
            r#"{"type":"say","room":"elsewhere","text":"other words","id":"x"}"#,
        )
        .await;
        ada.send_text("broken words").await;
        for _ in 0..4 {
            ada.next().await;
        }
    });
    let text = written.text();
    assert!(text.contains("came in"), "something is written: {text}");
    for secret in ["words", "my-id", "elsewhere", "harbour"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn a_name_makes_no_line_of_its_own() {
    for format in [Format::Json, Format::Text] {
        let written = Written::default();
        let lines = written.clone();
        harness::run("a name with quotes", async move {
            let _guard = lines.begin(format, Level::Info);
            let server = Server::start();
            // Chapter 12 lets no name have a line's end. A quote it lets.
            let name = "a\" level=ERROR b\\";
            Peer::hello(&server.dialer, name, 2).await;
        });
        let text = written.text();
        let named: Vec<_> = text
            .lines()
            .filter(|line| line.contains("came in"))
            .collect();
        let quoted = r#""a\" level=ERROR b\\""#;
        assert!(named.len() == 1 && named[0].contains(quoted), "{text}");
    }
}

#[test]
fn at_a_lower_level_less_is_written() {
    for (level, expected) in [
        (Level::Debug, true),
        (Level::Info, false),
        (Level::Off, false),
    ] {
        let written = Written::default();
        let lines = written.clone();
        harness::run("a request", async move {
            let _guard = lines.begin(Format::Json, level);
            let server = Server::start();
            Peer::hello(&server.dialer, "ada", 2).await;
        });
        assert_eq!(written.text().contains("request"), expected, "{level:?}");
        assert_eq!(written.text().is_empty(), level == Level::Off);
    }
}
