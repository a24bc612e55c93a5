//! The server as a process, and people with accounts: it is drained, backed up and restored
//! under them, and no secret of theirs is written anywhere.
#![cfg(unix)]

#[path = "../../14-history/tests/common/mod.rs"]
mod common;
#[path = "common/person.rs"]
mod person;
#[path = "common/process.rs"]
mod process;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use history::{Options, RoomLog as _, SqliteLog};
use person::{PASSWORD, Person, post};
use process::{Place, get, output};
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

/// Says things until the connection is over, and notes in `accepted` how many were. Gives
/// the code of the Close.
async fn talk_on(ada: Person, accepted: Arc<AtomicU64>) -> u16 {
    let mut talking = ada.joined("harbour", 0).await;
    loop {
        let number = accepted.load(Ordering::SeqCst);
        // Not faster than one may.
        tokio::time::sleep(Duration::from_millis(20)).await;
        match talking
            .says("harbour", &format!("m-{number}"), "ahoy")
            .await
        {
            Some(seq) => accepted.store(seq, Ordering::SeqCst),
            None => return talking.code(),
        }
    }
}

/// Somebody who talks until the server ends, and how much of it was accepted.
fn talking(ada: &Person) -> (JoinHandle<u16>, Arc<AtomicU64>) {
    let accepted = Arc::<AtomicU64>::default();
    let (ada, count) = (ada.clone(), Arc::clone(&accepted));
    let talk = move || common::run("somebody who talks", talk_on(ada, count));
    (std::thread::spawn(talk), accepted)
}

fn wait_for(accepted: &AtomicU64, number: u64) {
    while accepted.load(Ordering::SeqCst) < number {
        std::thread::yield_now();
    }
}

/// How many entries there are in a room of this folder's.
fn kept(data: &Path) -> u64 {
    let path = data.join("rooms.db");
    common::run("what is kept", async move {
        let log = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
        let since = log.after("harbour", 0, usize::MAX).await.expect("entries");
        assert_eq!(since.entries.len() as u64, since.last, "none is missing");
        log.close().await.expect("nobody else has it");
        since.last
    })
}

#[test]
fn sigterm_under_people_who_talk_loses_nothing_and_they_go_on_with_their_session() {
    let place = Place::new();
    let server = place.start(&["--drain-over", "1s"]);
    let ada = Person::new(server.address, "ada");
    ada.makes_room("harbour");
    let (talk, accepted) = talking(&ada);
    wait_for(&accepted, 5);
    server.signal("TERM");
    assert_eq!(talk.join().expect("no panic"), 1012);
    let ended = server.wait();
    assert!(ended.success, "{}", ended.log);
    let accepted = accepted.load(Ordering::SeqCst);
    assert!(kept(&place.data()) >= accepted);

    let next = place.start(&[]);
    let ada = ada.at(next.address);
    let missed = common::run("she comes back", async move {
        let mut talking = ada.joined("harbour", accepted - 2).await;
        [talking.hear().await, talking.hear().await]
    });
    let seqs = missed.map(|message| message["seq"].as_u64());
    assert_eq!(seqs, [Some(accepted - 1), Some(accepted)]);
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

#[test]
fn a_second_signal_ends_the_process_at_once_and_loses_nothing() {
    let place = Place::new();
    let server = place.start(&["--drain-over", "10m"]);
    let ada = Person::new(server.address, "ada");
    ada.makes_room("harbour");
    let (first, _) = talking(&ada);
    let (talk, accepted) = talking(&ada);
    wait_for(&accepted, 5);
    server.signal("TERM");
    // The first is told at once, and the second in five minutes.
    let told = get_until(server.admin, "\nchat_draining 1\n");
    assert!(told.contains("chat_drains_total 1"), "{told}");
    server.signal("TERM");
    let codes = [first, talk].map(|talk| talk.join().expect("no panic"));
    assert!(codes.contains(&1006), "{codes:?}");
    let ended = server.wait();
    assert!(!ended.success);
    assert!(ended.log.contains("everybody was cut off"), "{}", ended.log);
    assert!(kept(&place.data()) >= accepted.load(Ordering::SeqCst));
}

/// The figures, as soon as they have this in them.
fn get_until(admin: SocketAddr, words: &str) -> String {
    loop {
        let figures = get(admin, "/metrics");
        if figures.contains(words) {
            return figures;
        }
    }
}

#[test]
fn a_backup_under_people_who_talk_has_all_that_was_accepted_before() {
    let place = Place::new();
    let server = place.start(&[]);
    let ada = Person::new(server.address, "ada");
    ada.makes_room("harbour");
    let (talk, accepted) = talking(&ada);
    wait_for(&accepted, 5);
    let before = accepted.load(Ordering::SeqCst);
    let done = output(&mut place.command(&["backup", "--to", "copy"]));
    assert!(
        done.success && done.text.contains("checked"),
        "{}",
        done.text
    );
    assert!(
        done.text.contains("keys.toml is not in it"),
        "{}",
        done.text
    );
    // Under the server nothing is restored, whatever one says.
    for more in [&[][..], &["--replace"]] {
        let arguments = [&["restore", "--from", "copy"], more].concat();
        let refused = output(&mut place.command(&arguments));
        assert!(!refused.success, "{}", refused.text);
        assert!(
            refused.text.contains("a server runs on data"),
            "{}",
            refused.text
        );
    }
    server.signal("TERM");
    talk.join().expect("no panic");
    assert!(server.wait().success);

    let data = ["--data", "new"];
    let restored = [&["restore", "--from", "copy"], &data[..]].concat();
    let restored = output(&mut place.command(&restored));
    assert!(
        restored.text.contains("put keys.toml into new"),
        "{}",
        restored.text
    );
    let refused = output(&mut place.command(&data));
    assert!(
        refused.text.contains("new/keys.toml is not there"),
        "{}",
        refused.text
    );
    let new = place.path().join("new");
    std::fs::copy(place.data().join("keys.toml"), new.join("keys.toml")).expect("keys");
    assert!(kept(&new) >= before);

    let server = place.start(&data);
    // Her session is from before, her password is good.
    let old = ada.at(server.address).post("/api/ticket", &json!({}));
    assert_eq!(old.status, 401, "{}", old.body);
    Person::signed_in(server.address, "ada").ticket();
}

#[test]
fn a_key_is_rotated_and_retired_when_no_password_needs_it() {
    let place = Place::new();
    let run = |arguments: &[&str]| output(&mut place.command(arguments));
    let server = place.start(&[]);
    Person::new(server.address, "ada");
    let rotated = run(&["rotate-keys"]);
    assert!(
        rotated.success && rotated.text.contains("k2 is the key"),
        "{}",
        rotated.text
    );
    let retire = ["rotate-keys", "--retire", "k1"];
    let refused = run(&retire);
    assert!(
        refused.text.contains("a server runs on data"),
        "{}",
        refused.text
    );
    server.signal("TERM");
    assert!(server.wait().success);
    let refused = run(&retire);
    assert!(!refused.success);
    assert!(
        refused.text.contains("1 passwords were hashed with k1"),
        "{}",
        refused.text
    );

    // From this start on k2 holds, and her sign-in needs k1 for the last time.
    let server = place.start(&[]);
    Person::signed_in(server.address, "ada");
    server.signal("TERM");
    assert!(server.wait().success);
    let retired = run(&retire);
    assert!(retired.success, "{}", retired.text);
    let server = place.start(&[]);
    Person::signed_in(server.address, "ada");
    drop(server);
}
