//! What a log says when something is wrong, and that nothing accepted is lost by it.

mod common;

use common::{added, edit, message, new_log, run, say};
use history::{LogError, Options, RoomLog, SqliteLog};
use rusqlite::Connection;
use std::time::Duration;

const SMALL: u64 = 120 << 10;

fn with_quota(quota: u64) -> Options {
    let quota = Some(quota);
    Options {
        quota,
        ..Options::default()
    }
}

/// Fills a log until it refuses, and gives how many it has accepted, and its words.
async fn fill(log: &SqliteLog) -> (u64, LogError) {
    let mut accepted = 0;
    loop {
        let text = format!("{accepted} {}", "x".repeat(2000));
        let post = say("ada", &accepted.to_string(), &text);
        match log.append("harbour", post).await {
            Ok(appended) => accepted = appended.seq,
            Err(error) => return (accepted, error),
        }
    }
}

#[test]
fn a_full_quota_is_named_and_what_was_accepted_stays() {
    run("a log with a small quota", async {
        let (folder, log) = new_log(&with_quota(SMALL));
        let (accepted, error) = fill(&log).await;
        assert!(accepted > 10, "{accepted}");
        assert_eq!(error, LogError::Full(log.path().to_owned()));
        assert!(error.is_temporary());
        let text = message(&error);
        for part in ["rooms.db", "free some on its disk", "raise the quota"] {
            assert!(text.contains(part), "{text}");
        }
        let since = log.after("harbour", 0, 1000).await.expect("it can be read");
        assert_eq!(since.entries.len() as u64, accepted);
        drop(log);

        let path = folder.path().join("rooms.db");
        let log = SqliteLog::open(path, &with_quota(4 * SMALL), ()).expect("a log");
        let since = log.after("harbour", 0, 1000).await.expect("it can be read");
        assert_eq!(since.entries.len() as u64, accepted);
        let next = added(&log, "harbour", say("ada", "more", "room")).await;
        assert_eq!(next, accepted + 1);
    });
}

#[test]
fn a_batch_that_does_not_fit_is_refused_as_a_whole() {
    run("many posts and little room", async {
        let (_folder, log) = new_log(&with_quota(SMALL));
        let posts = (0..200).map(|number| {
            let log = log.clone();
            let post = say("ada", &number.to_string(), &"x".repeat(2000));
            tokio::spawn(async move { log.append("harbour", post).await })
        });
        let mut accepted = Vec::new();
        for post in posts.collect::<Vec<_>>() {
            match post.await.expect("no panic") {
                Ok(appended) => accepted.push(appended.seq),
                Err(error) => assert_eq!(error, LogError::Full(log.path().to_owned())),
            }
        }
        accepted.sort_unstable();
        let since = log.after("harbour", 0, 1000).await.expect("it can be read");
        let kept: Vec<u64> = since.entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(
            kept, accepted,
            "all that is there was accepted, and the reverse"
        );
    });
}

#[test]
fn a_lock_is_named_and_waited_out() {
    run("another process with a lock", async {
        let patience = Duration::from_millis(20);
        let (_folder, log) = new_log(&Options {
            patience,
            ..Options::default()
        });
        added(&log, "harbour", say("ada", "a", "before")).await;
        let other = Connection::open(log.path()).expect("a file");
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        let error = log.append("harbour", say("ada", "b", "meanwhile")).await;
        let error = error.expect_err("it is locked");
        assert_eq!(error, LogError::Locked(log.path().to_owned(), patience));
        let text = message(&error);
        for part in ["rooms.db", "another process", "20 ms", "fuser"] {
            assert!(text.contains(part), "{text}");
        }
        let since = log
            .after("harbour", 0, 10)
            .await
            .expect("reading needs no lock");
        assert_eq!(since.last, 1);
        other.execute_batch("ROLLBACK").expect("no lock");
        let post = say("ada", "b", "meanwhile");
        assert_eq!(added(&log, "harbour", post).await, 2);
    });
}

#[test]
fn a_file_of_another_program_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("accounts.db");
    let other = Connection::open(&path).expect("a file");
    other
        .execute_batch("CREATE TABLE accounts (sum INTEGER)")
        .expect("a table");
    drop(other);
    let before = std::fs::read(&path).expect("a file");
    let error = SqliteLog::open(&path, &Options::default(), ()).expect_err("not ours");
    assert_eq!(error, LogError::Foreign(path.clone()));
    assert!(!error.is_temporary());
    assert_eq!(std::fs::read(&path).expect("a file"), before);

    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database at all, ".repeat(100)).expect("a file");
    let error = SqliteLog::open(&text, &Options::default(), ()).expect_err("not ours");
    assert!(
        message(&error).contains("notes.txt is not a log"),
        "{error}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let path = std::path::Path::new("nowhere").join("rooms.db");
    let error = SqliteLog::open(&path, &Options::default(), ()).expect_err("no folder");
    assert!(message(&error).contains("rooms.db"), "{error}");
}

#[test]
fn a_queue_that_is_full_makes_its_senders_wait() {
    run("a queue of two", async {
        let (_folder, log) = new_log(&Options {
            queue: 2,
            max_batch: 2,
            ..Options::default()
        });
        let posts = (0..50).map(|number: u32| {
            let (log, post) = (log.clone(), say("ada", &number.to_string(), "text"));
            tokio::spawn(async move { added(&log, "harbour", post).await })
        });
        let mut all = Vec::new();
        for post in posts.collect::<Vec<_>>() {
            all.push(post.await.expect("accepted"));
        }
        all.sort_unstable();
        assert_eq!(all, (1..=50).collect::<Vec<_>>());
    });
}

#[test]
fn a_refusal_does_not_spoil_the_batch_it_came_in() {
    run("a mistake between two others", async {
        let (_folder, log) = new_log(&Options::default());
        let (good, bad, late) = tokio::join!(
            log.append("harbour", say("ada", "a", "one")),
            log.append("harbour", edit("bob", "c", 1, "not mine")),
            log.append("harbour", say("bob", "b", "two")),
        );
        assert!(good.is_ok() && late.is_ok(), "{good:?} {late:?}");
        assert!(matches!(bad, Err(LogError::Refused(_))), "{bad:?}");
    });
}
