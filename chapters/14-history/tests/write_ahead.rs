//! That the write-ahead log does not grow for ever.

mod common;

use std::path::PathBuf;
use std::time::Duration;

use common::{added, new_log, run, say};
use history::{Options, RoomLog, SqliteLog};
use rusqlite::Connection;
use tokio::task::JoinSet;

const MOST: u64 = 64 << 10;

/// So many messages of 4 KiB, and how long the write-ahead log was at most.
async fn write(log: &SqliteLog, author: &str, count: usize) -> u64 {
    let file = PathBuf::from(format!("{}-wal", log.path().display()));
    let mut most = 0;
    for number in 0..count {
        let post = say(author, &number.to_string(), &"x".repeat(4096));
        added(log, "harbour", post).await;
        let length = std::fs::metadata(&file).expect("a file").len();
        most = most.max(length);
    }
    most
}

fn options(longest_search: Duration) -> Options {
    Options {
        write_ahead: MOST,
        longest_search,
        ..Options::default()
    }
}

#[test]
fn it_is_made_empty_when_a_reader_is_gone() {
    run("a reader for a long time", async {
        let (_folder, log) = new_log(&options(Duration::ZERO));
        let reader = Connection::open(log.path()).expect("a file");
        let begin = "BEGIN; SELECT count(*) FROM events";
        reader.execute_batch(begin).expect("nobody waits");
        // It is read from, and cannot be shorter.
        assert!(write(&log, "ada", 100).await > 100 * 4096);
        reader.execute_batch("COMMIT").expect("it reads");
        write(&log, "bob", 20).await;
        let most = write(&log, "eve", 100).await;
        assert!(most < 2 * MOST, "{most}");
    });
}

#[test]
fn it_is_made_empty_though_others_read() {
    run("readers without a pause", async {
        let (_folder, log) = new_log(&options(Duration::from_secs(10)));
        let mut readers = JoinSet::new();
        for _ in 0..4 {
            let log = log.clone();
            readers.spawn(async move {
                loop {
                    log.after("harbour", 0, 100).await.expect("an answer");
                }
            });
        }
        let most = write(&log, "ada", 60).await;
        assert!(most < 4 * MOST, "{most}");
    });
}
