//! What the server as a process writes of people with accounts: no secret of theirs, and where
//! they come from.
#![cfg(unix)]

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "common/person.rs"]
mod person;
#[path = "common/process.rs"]
mod process;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use person::{PASSWORD, Person, post};
use process::{Place, get, get_until};
use serde_json::{Value, json};

/// Every secret of a conversation, and what was written about it.
fn secrets(place: &Place, format: &str) -> (Vec<String>, String, String) {
    let arguments = ["--log-level", "trace", "--log-format", format];
    let server = place.start(&arguments);
    let address = server.address;
    let ada = Person::new(address, "ada");
    ada.makes_room("harbour");
    let wrong = json!({"name": "ada", "password": "a wrong password of hers"});
    assert_eq!(post(address, "/api/sign-in", "", &wrong).status, 401);
    let weak = json!({"name": "bob", "password": "weak-secret"});
    assert_eq!(post(address, "/api/sign-up", "", &weak).status, 400);
    let new = "another long and secret password";
    let change = json!({"old": PASSWORD, "new": new});
    let changed = ada.post("/api/password", &change);
    let after = changed.cookie.clone().unwrap_or_default();
    let unused = post(address, "/api/ticket", &after, &json!({})).body;
    let unused = unused["ticket"].as_str().expect("a ticket").to_owned();
    let ticket = post(address, "/api/ticket", &after, &json!({})).body;
    let ticket = ticket["ticket"].as_str().expect("a ticket").to_owned();
    let used = ticket.clone();
    common::run("a hello, and the same again", async move {
        for _ in 0..2 {
            let mut talking = person::Talking::open(address).await;
            let hello = json!({"type": "hello", "version": 3, "ticket": used});
            talking.say(&hello).await;
            talking.hear().await;
        }
    });
    let figures = get(server.admin, "/metrics");
    let answer = post(address, "/api/sign-out", &after, &json!({}));
    assert_eq!(answer.status, 204);
    server.signal("TERM");
    let token = |cookie: &str| {
        let (_, token) = cookie.split_once('=').expect("a cookie");
        token.to_owned()
    };
    let secrets = vec![
        PASSWORD.to_owned(),
        "a wrong password of hers".to_owned(),
        "weak-secret".to_owned(),
        new.to_owned(),
        token(&ada.cookie),
        token(&after),
        unused,
        ticket,
    ];
    (secrets, server.wait().log, figures)
}

#[test]
fn passwords_tickets_and_sessions_are_never_written() {
    for format in ["text", "json"] {
        let place = Place::new();
        let (mut secrets, log, figures) = secrets(&place, format);
        let keys = std::fs::read_to_string(place.data().join("keys.toml"));
        let keys = keys.expect("keys");
        let key = keys.lines().last().expect("a key");
        secrets.push(key.split('"').nth(3).expect("in quotes").to_owned());
        assert!(log.contains("came in") && log.contains("ada"), "{log}");
        for secret in secrets {
            assert!(secret.len() > 8, "a secret: {secret}");
            assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
            assert!(!figures.contains(&secret), "{secret} is in the figures");
        }
    }
}

#[test]
fn behind_a_proxy_a_line_has_the_clients_own_address() {
    let place = Place::new();
    let server = place.start(&["--log-format=json", "--set=gate.proxies=127.0.0.0/8"]);
    let request = format!(
        "GET /chat HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         X-Forwarded-For: 198.51.100.7, 192.0.2.1\r\n\r\n",
        server.address
    );
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 101");
    drop(stream);
    get_until(server.admin, "chat_conversation_seconds_count 1");
    server.signal("TERM");
    let log = server.wait().log;
    let lines = log.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect(line);
        line["span"]["address"].as_str().map(str::to_owned)
    });
    let addresses: Vec<_> = lines.flatten().collect();
    assert_eq!(
        addresses,
        ["192.0.2.1", "192.0.2.1"],
        "opened and gone: {log}"
    );
}
