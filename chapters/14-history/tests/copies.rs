//! Copies of a log that is in use, and what is seen of its commits.

mod common;

use std::sync::{Arc, Mutex};

use common::{added, new_log, run, say};
use history::{LogError, Options, RoomLog, SqliteLog};

#[test]
fn a_copy_is_whole_while_the_log_goes_on() {
    run("a copy beside those who write", async {
        let (folder, log) = new_log(&Options::default());
        for number in 1..=20 {
            added(&log, "harbour", say("ada", &number.to_string(), "a boat")).await;
        }
        let writing = log.clone();
        let writing = tokio::spawn(async move {
            for number in 21..=40 {
                added(
                    &writing,
                    "harbour",
                    say("ada", &number.to_string(), "a ship"),
                )
                .await;
            }
        });
        let path = folder.path().join("copy.db");
        log.copy_to(&path).await.expect("a copy");
        writing.await.expect("no panic");
        let copy = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
        let since = copy.after("harbour", 0, 100).await.expect("it can be read");
        assert!((20..=40).contains(&since.last), "{}", since.last);
        assert_eq!(since.entries.len() as u64, since.last, "none is missing");
        let found = copy.search("harbour", "boat", 100).await.expect("found");
        assert_eq!(found.len(), 20, "its words are in it");
        assert_eq!(
            added(&copy, "harbour", say("ada", "41", "more")).await,
            since.last + 1
        );
    });
}

#[test]
fn a_copy_takes_no_files_place() {
    run("a copy where there is a file", async {
        let (folder, log) = new_log(&Options::default());
        added(&log, "harbour", say("ada", "1", "words")).await;
        let path = folder.path().join("copy.db");
        std::fs::write(&path, "something else").expect("a file");
        let error = log.copy_to(&path).await.expect_err("it is there");
        assert!(error.to_string().contains("copy.db"), "{error}");
        let there = std::fs::read_to_string(&path).expect("it is there");
        assert_eq!(there, "something else");
        let nowhere = folder.path().join("nowhere").join("copy.db");
        let error = log.copy_to(&nowhere).await.expect_err("no folder");
        assert!(error.to_string().contains("nowhere"), "{error}");
        let clone = log.clone();
        log.close().await.expect("nobody else has it");
        let copied = clone.copy_to(folder.path().join("late.db")).await;
        assert_eq!(copied, Err(LogError::Stopped));
    });
}

#[test]
fn each_commit_is_seen_with_its_posts() {
    run("posts, and who looks at their commits", async {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let seeing = Arc::clone(&seen);
        let (_folder, log) = new_log(&Options {
            max_batch: 2,
            on_commit: Some(Arc::new(move |_took, posts| {
                seeing.lock().expect("no panic").push(posts);
            })),
            ..Options::default()
        });
        for number in 1..=3 {
            added(&log, "harbour", say("ada", &number.to_string(), "words")).await;
        }
        let seen = seen.lock().expect("no panic");
        // They came one after the other.
        assert_eq!(*seen, [1, 1, 1]);
    });
}
