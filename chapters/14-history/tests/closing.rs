//! What is there when a log has been closed, and who may have it while it is open.

mod common;

use common::{added, message, new_log, run, say};
use history::{LogError, Options, RoomLog, SqliteLog};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// The last number in a copy of the database, made as somebody would who knows of no other
/// file.
async fn last_of_copy(path: &Path) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    std::fs::copy(path, &copy).expect("a copy");
    let log = SqliteLog::open(&copy, &Options::default(), ()).expect("a log");
    let since = log.after("harbour", 0, 1).await.expect("it can be read");
    log.close().await.expect("nobody else has it");
    since.last
}

#[test]
fn a_copy_of_the_file_of_a_closed_log_is_whole() {
    run("a copy after a close", async {
        let (folder, log) = new_log(&Options::default());
        for number in 1..=20 {
            added(&log, "harbour", say("ada", &number.to_string(), "words")).await;
            // Those who read have connections of their own, which must not be the last.
            log.after("harbour", 0, 10).await.expect("it can be read");
        }
        let path = log.path().to_owned();
        log.close().await.expect("nobody else has it");
        assert_eq!(last_of_copy(&path).await, 20);
        let beside = folder.path().join("rooms.db-wal");
        assert!(!beside.exists(), "the write-ahead log is gone");
    });
}

#[test]
fn what_was_asked_for_before_is_done_and_nothing_after() {
    run("a close with a full queue", async {
        let (_folder, log) = new_log(&Options {
            queue: 2,
            ..Options::default()
        });
        let other = Connection::open(log.path()).expect("a file");
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        let posts = (0..20).map(|number: u32| {
            let (log, post) = (log.clone(), say("ada", &number.to_string(), "words"));
            tokio::spawn(async move { log.append("harbour", post).await })
        });
        let posts: Vec<_> = posts.collect();
        // Each of them waits for its place or its answer when it has run once.
        tokio::task::yield_now().await;
        let (clone, path) = (log.clone(), log.path().to_owned());
        let closing = tokio::spawn(log.close());
        tokio::task::yield_now().await;
        let late = clone.append("harbour", say("bob", "late", "words")).await;
        assert_eq!(late, Err(LogError::Stopped));
        other.execute_batch("ROLLBACK").expect("no lock");
        drop(other);
        for post in posts {
            post.await.expect("no panic").expect("it is done");
        }
        assert_eq!(closing.await.expect("no panic"), Ok(()));
        let read = clone.after("harbour", 0, 10).await;
        assert_eq!(read, Err(LogError::Stopped));
        assert_eq!(clone.close().await, Err(LogError::Stopped));
        assert_eq!(last_of_copy(&path).await, 20);
    });
}

#[test]
fn another_program_that_reads_for_too_long_is_told_of() {
    run("a close beside a long reading", async {
        let patience = Duration::from_millis(20);
        let (_folder, log) = new_log(&Options {
            patience,
            ..Options::default()
        });
        added(&log, "harbour", say("ada", "a", "words")).await;
        let other = Connection::open(log.path()).expect("a file");
        let begin = "BEGIN; SELECT count(*) FROM events";
        other.execute_batch(begin).expect("it reads");
        added(&log, "harbour", say("ada", "b", "words")).await;
        let path = log.path().to_owned();
        let closed = log.close().await;
        assert_eq!(closed, Err(LogError::Locked(path.clone(), patience)));
        drop(other);
        let log = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
        let since = log.after("harbour", 0, 10).await.expect("it can be read");
        assert_eq!(since.last, 2, "nothing is lost");
    });
}

#[test]
fn two_servers_cannot_have_one_file() {
    run("a second server", async {
        let (folder, log) = new_log(&Options::default());
        added(&log, "harbour", say("ada", "a", "words")).await;
        let path = log.path().to_owned();
        let second = SqliteLog::open(&path, &Options::default(), ());
        let error = second.expect_err("it is in use");
        assert_eq!(error, LogError::InUse(path.clone()));
        assert!(!error.is_temporary());
        for part in ["rooms.db", "another server", "name another file"] {
            assert!(message(&error).contains(part), "{error}");
        }
        // By whatever name.
        #[cfg(unix)]
        {
            let link = folder.path().join("link.db");
            std::os::unix::fs::symlink(&path, &link).expect("a link");
            let second = SqliteLog::open(&link, &Options::default(), ());
            assert_eq!(second.expect_err("the same"), LogError::InUse(link));
        }
        // Who only makes a copy is let in.
        let copy = folder.path().join("copy.db");
        let backup = Connection::open(&path).expect("a file");
        backup
            .execute("VACUUM INTO ?", [copy.to_string_lossy()])
            .expect("a copy");
        assert_eq!(last_of_copy(&copy).await, 1);
        assert_eq!(added(&log, "harbour", say("ada", "b", "words")).await, 2);
        drop(backup);

        log.close().await.expect("nobody else has it");
        let next = SqliteLog::open(&path, &Options::default(), ()).expect("it is free");
        next.close().await.expect("nobody else has it");
    });
}
