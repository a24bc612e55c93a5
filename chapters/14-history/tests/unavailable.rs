//! What a client is told when its log cannot do what it should, or no longer has it all.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::protocol::ErrorCode as One;
use history::protocol::{ErrorCode, ServerMessage};
use history::{Chat, Halls, LogError, Options, SqliteLog};
use peer::{Peer, id, room, say, serve_forever};
use rusqlite::Connection;
use tokio::net::TcpListener;
use wiretap::Tcp;

/// What an operator was told.
type Reported = Arc<Mutex<Vec<LogError>>>;

/// A server whose log is in this file.
async fn served_from(path: &Path, options: &Options) -> (Tcp, Reported) {
    let halls = Halls::new();
    let log = SqliteLog::open(path, options, halls.clone()).expect("a log");
    let reported = Reported::default();
    let reports = Arc::clone(&reported);
    let chat = Chat::new(log, halls).reporting(move |error| {
        reports.lock().expect("no panic").push(error.clone());
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let dialer = Tcp(listener.local_addr().expect("an address"));
    tokio::spawn(serve_forever(listener, chat));
    (dialer, reported)
}

#[test]
fn a_locked_log_is_told_as_unavailable_and_the_retry_is_accepted() {
    common::run("a log that another process locks", async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.db");
        let options = Options {
            patience: Duration::from_millis(20),
            ..Options::default()
        };
        let (dialer, reported) = served_from(&path, &options).await;
        let mut ada = Peer::joined(&dialer, "ada", None).await;
        assert_eq!(ada.says("1", "before").await, 1);
        let other = Connection::open(&path).expect("the same file");
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        ada.send(&say("2", "meanwhile")).await;
        let ServerMessage::Error(problem) = ada.next_but_presence().await else {
            panic!("an error");
        };
        assert_eq!(problem.code, ErrorCode::One(One::Unavailable));
        assert_eq!(problem.id, Some(id("2")));
        assert!(!problem.text.contains("rooms.db"), "{problem:?}");
        let locked = LogError::Locked(path, options.patience);
        assert_eq!(*reported.lock().expect("no panic"), [locked]);

        other.execute_batch("ROLLBACK").expect("no lock");
        assert_eq!(ada.says("2", "meanwhile").await, 2);
    });
}

#[test]
fn a_search_that_takes_too_long_is_told_in_words_that_help() {
    common::run("a search without time", async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.db");
        let options = Options {
            longest_search: Duration::ZERO,
            ..Options::default()
        };
        let log = SqliteLog::open(&path, &options, ()).expect("a log");
        for number in 0..100 {
            let post = common::say("ada", &number.to_string(), "the ferry is late");
            common::added(&log, "harbour", post).await;
        }
        drop(log);
        let (dialer, reported) = served_from(&path, &options).await;
        let mut bob = Peer::joined(&dialer, "bob", None).await;
        let search = r#"{"type": "search", "room": "harbour", "query": "ferry"}"#;
        bob.send_text(search).await;
        let ServerMessage::Error(problem) = bob.next_but_presence().await else {
            panic!("an error");
        };
        assert_eq!(problem.code, ErrorCode::One(One::Unavailable));
        assert!(problem.text.contains("rarer words"), "{problem:?}");
        let slow = LogError::SlowSearch(Duration::ZERO);
        assert_eq!(*reported.lock().expect("no panic"), [slow]);
    });
}

/// What an operator may do with entries that are too old: their rows go, and their words.
const FORGET: &str = "
    DELETE FROM words WHERE rowid IN (SELECT id FROM events WHERE seq <= 3);
    DELETE FROM events WHERE seq <= 3;
    UPDATE rooms SET first = 4;
";

#[test]
fn what_is_no_longer_kept_is_named_in_a_gap() {
    common::run("a log without its beginning", async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.db");
        let (dialer, _reported) = served_from(&path, &Options::default()).await;
        let mut ada = Peer::joined(&dialer, "ada", None).await;
        for number in 1..=5 {
            ada.says(&number.to_string(), "text").await;
        }
        let other = Connection::open(&path).expect("the same file");
        other.execute_batch(FORGET).expect("they are gone");
        let mut bob = Peer::joined(&dialer, "bob", Some(1)).await;
        let room = room();
        let (first, last) = (2, 3);
        let gap = ServerMessage::Gap { room, first, last };
        assert_eq!(bob.next_but_presence().await, gap);
        for expected in 4..=5 {
            match bob.next_but_presence().await {
                ServerMessage::Message { seq, .. } => assert_eq!(seq, expected),
                other => panic!("a message, and not {other:?}"),
            }
        }
        assert_eq!(ada.says("6", "text").await, 6);
    });
}
