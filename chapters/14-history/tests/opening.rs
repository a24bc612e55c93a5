//! What a log says when its file cannot be used, and that it leaves such a file alone.

mod common;

use common::{added, message, new_log, run, say};
use history::{LogError, Options, RoomLog, SqliteLog};
use rusqlite::Connection;
use std::time::Duration;

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
fn a_file_of_a_later_release_is_left_as_it_is() {
    let (folder, log) = new_log(&Options::default());
    drop(log);
    let path = folder.path().join("rooms.db");
    let other = Connection::open(&path).expect("a file");
    // In its own mode, too.
    other
        .execute_batch("PRAGMA user_version = 9; PRAGMA journal_mode = delete")
        .expect("a header");
    drop(other);
    let before = std::fs::read(&path).expect("a file");
    let error = SqliteLog::open(&path, &Options::default(), ()).expect_err("newer");
    assert!(message(&error).contains("tables of version 9"), "{error}");
    assert!(std::fs::read(&path).expect("a file") == before);
}

/// As it is on a network file system, where processes share no memory.
#[test]
#[cfg(unix)]
fn where_there_is_no_write_ahead_log_there_is_no_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rooms.db");
    let without = format!("file:{}?vfs=unix-dotfile", path.display());
    for (path, mode) in [(&*without, "delete"), (":memory:", "memory")] {
        let error = SqliteLog::open(path, &Options::default(), ()).expect_err(path);
        assert_eq!(error, LogError::NoWal(path.into(), mode.to_owned()));
        let text = message(&error);
        for part in [mode, "write-ahead log", "network file system"] {
            assert!(text.contains(part), "{text}");
        }
    }
}

#[test]
fn a_file_that_another_process_has_for_itself_is_named() {
    run("a file with an exclusive lock", async {
        let patience = Duration::from_millis(20);
        let options = Options {
            patience,
            ..Options::default()
        };
        let (folder, log) = new_log(&options);
        added(&log, "harbour", say("ada", "a", "before")).await;
        drop(log);
        let path = folder.path().join("rooms.db");
        let other = Connection::open(&path).expect("a file");
        let alone = "PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; COMMIT";
        other.execute_batch(alone).expect("a lock");
        let error = SqliteLog::open(&path, &options, ()).expect_err("it is locked");
        assert_eq!(error, LogError::Locked(path.clone(), patience));
        drop(other);
        let log = SqliteLog::open(&path, &options, ()).expect("it is free");
        let since = log.after("harbour", 0, 10).await.expect("it can be read");
        assert_eq!(since.last, 1);
    });
}

#[test]
fn nobody_can_have_the_file_of_a_log_for_himself() {
    run("an exclusive lock that is refused", async {
        let (_folder, log) = new_log(&Options::default());
        added(&log, "harbour", say("ada", "a", "before")).await;
        let other = Connection::open(log.path()).expect("a file");
        other
            .busy_timeout(Duration::ZERO)
            .expect("it need not wait");
        let alone = "PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE";
        let refused = other.execute_batch(alone).expect_err("it is in use");
        assert!(refused.to_string().contains("locked"), "{refused}");
        // The first who reads opens a connection for it.
        let since = log.after("harbour", 0, 10).await.expect("it can be read");
        assert_eq!(since.last, 1);
        drop(other);
        assert_eq!(added(&log, "harbour", say("ada", "b", "after")).await, 2);
    });
}
