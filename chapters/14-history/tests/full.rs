//! What a log says when its quota is used up, and what it still does.

mod common;

use common::{added, delete, message, new_log, run, say};
use history::{LogError, Options, Post, RoomLog, SqliteLog};
use rusqlite::Connection;

const SMALL: u64 = 240 << 10;

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
fn of_a_batch_that_does_not_fit_what_fits_is_accepted() {
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

/// Appends all of them while the writer cannot write, so that they come in one batch, or
/// in two.
async fn at_once(
    log: &SqliteLog,
    posts: impl IntoIterator<Item = Post>,
) -> Vec<Result<u64, LogError>> {
    let other = Connection::open(log.path()).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let mut answers = tokio::task::JoinSet::new();
    for (at, post) in posts.into_iter().enumerate() {
        let log = log.clone();
        answers.spawn(async move {
            let answer = log.append("harbour", post).await;
            (at, answer.map(|appended| appended.seq))
        });
    }
    // Each task has put its post into the queue when it has run once.
    tokio::task::yield_now().await;
    other.execute_batch("ROLLBACK").expect("no lock");
    let mut answers = answers.join_all().await;
    answers.sort_unstable_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[test]
fn a_post_that_is_too_large_does_not_spoil_the_batch_it_came_in() {
    run("a large post among small ones", async {
        let (_folder, log) = new_log(&with_quota(SMALL));
        let posts = (0..21).map(|at| match at {
            10 => say("eve", "large", &"x".repeat(2 * SMALL as usize)),
            _ => say("ada", &at.to_string(), "small"),
        });
        let answers = at_once(&log, posts).await;
        let full = Err(LogError::Full(log.path().to_owned()));
        for (at, answer) in answers.iter().enumerate() {
            match at {
                10 => assert_eq!(*answer, full),
                0..10 => assert_eq!(*answer, Ok(at as u64 + 1)),
                _ => assert_eq!(*answer, Ok(at as u64)),
            }
        }
    });
}

#[test]
fn in_a_full_log_what_was_said_can_be_taken_back() {
    run("deletions in a full log", async {
        let (_folder, log) = new_log(&with_quota(SMALL));
        let (accepted, _full) = fill(&log).await;
        for seq in 1..=accepted {
            let id = format!("delete {seq}");
            let number = added(&log, "harbour", delete("ada", &id, seq)).await;
            assert_eq!(number, accepted + seq);
        }
        // The reserve is for nothing else.
        let more = log.append("harbour", say("ada", "more", &"x".repeat(20_000)));
        assert_eq!(more.await, Err(LogError::Full(log.path().to_owned())));
    });
}

#[test]
fn a_quota_below_what_there_is_is_named() {
    run("a smaller quota", async {
        let (folder, log) = new_log(&with_quota(SMALL));
        fill(&log).await;
        drop(log);
        let path = folder.path().join("rooms.db");
        let quota = SMALL / 2;
        let opened = SqliteLog::open(&path, &with_quota(quota), ());
        let error = opened.expect_err("it has more than that");
        let LogError::OverQuota { used, .. } = error else {
            panic!("{error}");
        };
        assert!((quota..=SMALL).contains(&used), "{used}");
        assert!(!error.is_temporary());
        let text = message(&error);
        for part in ["rooms.db has ", "quota is 122880", "raise the quota"] {
            assert!(text.contains(part), "{text}");
        }
        SqliteLog::open(&path, &with_quota(SMALL), ()).expect("as large as before");
    });
}
