//! What a client is told when its log cannot do what it should.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::protocol::ErrorCode as One;
use history::protocol::{ErrorCode, ServerMessage};
use history::{Chat, Halls, LogError, Options, SqliteLog, serve};
use peer::{Peer, anybody, id, say};
use rusqlite::Connection;
use tokio::net::TcpListener;
use wiretap::Tcp;

#[test]
fn a_locked_log_is_told_as_unavailable_and_the_retry_is_accepted() {
    common::run("a log that another process locks", async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.db");
        let options = Options {
            patience: Duration::from_millis(20),
            ..Options::default()
        };
        let halls = Halls::new();
        let log = SqliteLog::open(&path, &options, halls.clone()).expect("a log");
        let reported: Arc<Mutex<Vec<LogError>>> = Arc::default();
        let reports = Arc::clone(&reported);
        let chat = Chat::new(log, halls).reporting(move |error| {
            reports.lock().expect("no panic").push(error.clone());
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let dialer = Tcp(listener.local_addr().expect("an address"));
        tokio::spawn(serve(listener, chat, anybody(), std::future::pending()));

        let mut ada = Peer::joined(&dialer, "ada", None).await;
        assert_eq!(ada.says("1", "before").await, 1);
        let other = Connection::open(&path).expect("the same file");
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        ada.send(&say("2", "meanwhile")).await;
        let ServerMessage::Error(problem) = ada.next_but_presence().await else {
            panic!("an error");
        };
        assert_eq!(problem.code, ErrorCode::One(One::Unavailable));
        assert_eq!(problem.id, id("2"));
        assert!(!problem.text.contains("rooms.db"), "{problem:?}");
        let locked = LogError::Locked(path, options.patience);
        assert_eq!(*reported.lock().expect("no panic"), [locked]);

        other.execute_batch("ROLLBACK").expect("no lock");
        assert_eq!(ada.says("2", "meanwhile").await, 2);
    });
}
