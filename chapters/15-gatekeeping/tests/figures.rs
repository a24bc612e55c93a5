//! The figures of the page.

mod wire;

use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use handshake::HandshakeError;
use handshake::{Origins, Policy};
use history::{Act, Chat, Halls, MemoryLog, Post, RoomLog as _};
use serde_json::{Value, json};
use tokio::time::Instant;
use wire::served::{OUR_PAGE, Server, Signed, ticket_in};
use wire::{Client, RTT, record, request, request_on, without_handshakes};
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

/// Chapter 14's server, with something of Ada's in the room.
async fn chapter_14(recorder: &Recorder) -> LinkDialer {
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    let halls = Halls::new();
    let log = MemoryLog::new(halls.clone());
    let text = "We meet at pier 4".to_owned();
    let post = Post {
        author: "Ada".to_owned(),
        id: Some("a-1".to_owned()),
        once: false,
        act: Act::Say { text },
    };
    log.append("harbour", post).await.expect("it is kept");
    let chat = Chat::new(log, halls);
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    tokio::spawn(async move {
        let from_here = |_: &_| -> IpAddr { Ipv4Addr::LOCALHOST.into() };
        let never = std::future::pending();
        history::serve(listener, chat, policy, Router::new(), from_here, never).await;
    });
    dialer
}

#[test]
fn in_chapter_14_who_says_to_be_ada_is_ada() {
    let transcript = harness::run("anybody", async {
        let recorder = Recorder::new("Eve, at the server of chapter 14");
        let chat = chapter_14(&recorder).await;
        let mut eve = Client::open(&chat, &recorder, &[]).await.expect("open");
        eve.says(r#"{"type":"hello","version":2,"name":"Ada"}"#)
            .await;
        eve.hears().await;
        eve.says(r#"{"type":"join","room":"harbour","after":0}"#)
            .await;
        assert!(eve.hears().await.contains("joined"));
        assert!(eve.hears().await.contains("We meet at pier 4"));
        let edit = r#"{"type":"edit","room":"harbour","seq":1,"text":"We meet at pier 9","id":"e-1"}"#;
        eve.says(edit).await;
        let heard = [eve.hears().await, eve.hears().await].concat();
        assert!(
            heard.contains("edited") && heard.contains("accepted"),
            "{heard}"
        );
        recorder.transcript()
    });
    record("figures__anybody", without_handshakes(transcript));
}

#[test]
fn what_comes_from_other_pages_is_refused() {
    let transcript = harness::run("other pages", async {
        let server = Server::start("Mallory's page opens a socket, and sends a form");
        let ann = server.sign_up("Ann").await;
        let cookie = ann.cookie();
        let fields = [("Origin", "http://teapots.test"), ("Cookie", &*cookie)];
        let opened = Client::open(&server.dialer, &server.recorder, &fields).await;
        assert!(matches!(opened, Err(HandshakeError::Rejected(_))));
        let blog = "https://blog.chat.test";
        let post = ann.post_from("/api/direct", blog, "same-site", "text/plain");
        let answer = request(&server.dialer, &post, r#"{"name":"Mallory"}"#).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        server.transcript(&ann, &[])
    });
    record("figures__other_pages", transcript);
}

#[test]
fn a_ticket_is_good_for_one_hello() {
    let transcript = harness::run("a ticket", async {
        let server = Server::start("Ann comes in with a ticket; Mallory has seen it");
        let ann = server.sign_up("Ann").await;
        let ticket = server.ticket(&ann).await;
        let mut window = server.hello(&ann, &ticket).await;
        assert!(window.hears().await.contains("welcome"));
        let mut again = server.hello(&ann, &ticket).await;
        assert!(again.hears().await.contains("bad_ticket"));
        assert_eq!(again.ends().await, 4003);
        server.transcript(&ann, &[&ticket])
    });
    record("figures__a_ticket", transcript);
}

#[test]
fn who_signs_out_is_out() {
    let transcript = harness::run("a sign-out", async {
        let server = Server::start("Ann signs out, in another window");
        let ann = server.sign_up("Ann").await;
        let ticket = server.ticket(&ann).await;
        let mut window = server.hello(&ann, &ticket).await;
        window.hears().await;
        let answer = request(&server.dialer, &ann.post("/api/sign-out"), "{}").await;
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
        assert_eq!(window.ends().await, 4004);
        let mut transcript = server.transcript(&ann, &[&ticket]);
        // What comes before is in another figure.
        let is_sign_out = |label: &str| label.starts_with("POST /api/sign-out");
        let entries = &mut transcript.entries;
        let at = entries.iter().position(|entry| is_sign_out(&entry.label));
        entries.drain(..at.expect("the request"));
        // The two answers come at the same time.
        entries.sort_by_key(|entry| (entry.sent_us, entry.connection));
        transcript
    });
    record("figures__signed_out", transcript);
}

/// A table for the page.
fn table(name: &str, table: &Value) {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, format!("{table:#}"));
    });
}

/// The body of an answer.
fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("a body").1
}

#[test]
fn a_room_that_is_not_there_and_one_of_others_are_answered_alike() {
    let rows = harness::run("a guessed room", async {
        let server = Server::start("rooms");
        let (ann, eve) = (server.sign_up("Ann").await, server.sign_up("Eve").await);
        let new = r#"{"room":"plans","kind":"private"}"#;
        let made = request(&server.dialer, &ann.post("/api/rooms"), new).await;
        let made: Value = serde_json::from_str(body(&made)).expect("a room");
        let theirs = made["room"].as_str().expect("a name").to_owned();
        let none = "plans--00000000".to_owned();
        let ticket = server.ticket(&eve).await;
        let mut window = server.hello(&eve, &ticket).await;
        window.hears().await;
        let mut answers = Vec::new();
        for room in [theirs, none] {
            window
                .says(&json!({"type": "join", "room": room}).to_string())
                .await;
            // The error names the room that was asked for.
            let heard = window.hears().await.replace(&room, "plans--…");
            let path = format!("/api/rooms/{room}/enter");
            let answer = request(&server.dialer, &eve.post(&path), "{}").await;
            let (head, _) = answer.split_once("\r\n").expect("a line");
            answers.push([heard, format!("{head}: {}", body(&answer))]);
        }
        let [theirs, none] = answers.try_into().expect("two rooms");
        assert_eq!(theirs, none);
        theirs
    });
    let [joined, entered] = rows.map(|answer| format!("`{answer}`"));
    let rows = [
        ["`join` a room of others", &*joined],
        ["`join` a room that is not there", &joined],
        ["`POST` to enter a room of others", &entered],
        ["`POST` to enter a room that is not there", &entered],
    ];
    let note = "Recorded from the server; the end of the room's name is left out.";
    let caption = "What Eve is told about a room that she is no member of";
    let columns = ["she asks to", "and is answered"];
    table(
        "guessed",
        &json!({"caption": caption, "columns": columns, "rows": rows, "note": note}),
    );
}

/// What it takes from here to a welcome.
async fn cost<F: Future<Output = Client>>(
    what: &str,
    recorder: &Recorder,
    come_in: F,
) -> [String; 4] {
    let (_, before) = recorder.entries_since(0);
    let start = Instant::now();
    let mut client = come_in.await;
    assert!(client.hears().await.contains("welcome"));
    let milliseconds = start.elapsed().as_millis().to_string();
    let (entries, _) = recorder.entries_since(before);
    let bytes: u64 = entries.iter().map(|entry| entry.length).sum();
    let opened = entries
        .iter()
        .filter(|entry| entry.part == wiretap::Part::Open)
        .count();
    [
        what.to_owned(),
        opened.to_string(),
        bytes.to_string(),
        milliseconds,
    ]
}

/// A connection on which a page has asked for something before.
async fn used(server: &Server, who: &Signed) -> LinkStream {
    let mut io = server.dialer.dial().await.expect("a stream");
    let me = format!(
        "GET /api/me HTTP/1.1\nHost: chat.test\nCookie: {}",
        who.cookie()
    );
    let answer = request_on(&mut io, &me, "").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    io
}

#[test]
fn what_a_ticket_costs() {
    let rows = harness::run("what a ticket costs", async {
        let recorder = Recorder::new("a name");
        let chat = chapter_14(&recorder).await;
        let by_name = cost("a name, in chapter 14", &recorder, async {
            let fields = [("Origin", OUR_PAGE)];
            let ann = Client::open(&chat, &recorder, &fields).await;
            let mut ann = ann.expect("anybody");
            ann.says(r#"{"type":"hello","version":2,"name":"Ann"}"#)
                .await;
            ann
        });
        let by_name = by_name.await;
        let server = Server::start("a ticket");
        let ann = server.sign_up("Ann").await;
        let mut kept = used(&server, &ann).await;
        let what = "a ticket, over a connection that is there";
        let on_kept = cost(what, &server.recorder, async {
            let answer = request_on(&mut kept, &ann.post("/api/ticket"), "{}").await;
            server.hello(&ann, &ticket_in(&answer)).await
        });
        let on_kept = on_kept.await;
        let what = "a ticket, over a connection of its own";
        let on_own = cost(what, &server.recorder, async {
            let ticket = server.ticket(&ann).await;
            server.hello(&ann, &ticket).await
        });
        [by_name, on_kept, on_own.await]
    });
    let columns = ["the hello has", "connections", "bytes", "ms to the welcome"];
    let note = "Over a simulated link with a round trip of 100 ms; both directions, heads \
                included, without TLS.";
    let caption = "What it costs to come in";
    table(
        "cost",
        &json!({"caption": caption, "columns": columns, "rows": rows, "note": note}),
    );
}
