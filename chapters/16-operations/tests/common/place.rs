//! A data folder with a log and accounts, and what is done with them.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use history::{Act, Options, Post, RoomLog, SqliteLog};
use rusqlite::Connection;
use tempfile::TempDir;

/// A data folder, and a place beside it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self { folder };
        fs::create_dir(place.data()).expect("a folder");
        accounts(&place.data());
        place
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.at("data")
    }

    pub(crate) fn log(&self) -> SqliteLog {
        open(&self.data())
    }
}

pub(crate) fn open(data: &Path) -> SqliteLog {
    SqliteLog::open(data.join("rooms.db"), &Options::default(), ()).expect("a log")
}

/// Somebody is signed in.
pub(crate) fn accounts(data: &Path) {
    let database = Connection::open(data.join("accounts.db")).expect("a file");
    let tables = "
        PRAGMA journal_mode = wal;
        CREATE TABLE sessions (token BLOB);
        INSERT INTO sessions VALUES (x'01');";
    database.execute_batch(tables).expect("tables");
}

pub(crate) fn sessions(data: &Path) -> i64 {
    let database = Connection::open(data.join("accounts.db")).expect("a file");
    let count = "SELECT count(*) FROM sessions";
    database
        .query_row(count, [], |row| row.get(0))
        .expect("a count")
}

pub(crate) fn say(number: usize) -> Post {
    Post {
        author: "ada".to_owned(),
        id: Some(format!("m-{number}")),
        once: true,
        act: Act::Say {
            text: format!("text {number}"),
        },
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn fill(log: &SqliteLog, numbers: std::ops::Range<usize>) {
    for number in numbers {
        log.append("harbour", say(number)).await.expect("accepted");
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn said(data: &Path) -> Vec<u64> {
    let log = open(data);
    let since = log
        .after("harbour", 0, usize::MAX)
        .await
        .expect("it can be read");
    log.close().await.expect("it can be closed");
    since.entries.iter().map(|entry| entry.seq).collect()
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn close(log: SqliteLog) {
    log.close().await.expect("it can be closed");
}
