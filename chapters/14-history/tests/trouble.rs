//! What a log says when something is wrong, and that nothing accepted is lost by it.

mod common;

use common::{added, edit, message, new_log, run, say};
use history::{LogError, Options, RoomLog};
use rusqlite::Connection;
use std::time::Duration;

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
