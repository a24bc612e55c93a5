//! A disk that is full: a file system of one mebibyte, in memory, that nobody else sees.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{added, message, run, say};
use history::{LogError, Options, RoomLog, SqliteLog};

/// Names the disk, and makes of this test's program the one that fills it.
const DISK: &str = "CH14_FULL_DISK";
/// What is said behind the last check.
const DONE: &str = "all of it is as it should be";

/// In a namespace of its own, anybody may mount.
const MOUNT: &str =
    r#"mount -t tmpfs -o size=1m none "$1" && exec "$2" --exact "$3" --nocapture"#;

#[test]
fn a_full_disk_is_named_and_what_was_accepted_stays() {
    if let Some(disk) = std::env::var_os(DISK) {
        return fill(PathBuf::from(disk));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let test = std::env::current_exe().expect("this test");
    let output = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            MOUNT,
            "sh",
        ])
        .args([folder.path(), &test])
        .arg("a_full_disk_is_named_and_what_was_accepted_stays")
        .env(DISK, folder.path())
        .output();
    let told = match &output {
        Ok(output) => format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => error.to_string(),
    };
    if !told.contains("running 1 test") {
        return skip(&told);
    }
    assert!(output.is_ok_and(|output| output.status.success()), "{told}");
    assert!(told.contains(DONE), "{told}");
}

#[expect(clippy::print_stderr, reason = "what is skipped is said loudly")]
fn skip(why: &str) {
    let message = format!(
        "ignored: no small disk can be made here with Linux's `unshare` (package \
         util-linux): {why}"
    );
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}");
}

/// The child, for which the folder is a disk of one mebibyte.
#[expect(clippy::print_stdout, reason = "its parent reads it")]
fn fill(disk: PathBuf) {
    run("a full disk", async move {
        let ballast = disk.join("ballast");
        std::fs::write(&ballast, vec![0; 300 << 10]).expect("room for it");
        let path = disk.join("rooms.db");
        let log = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
        let (mut accepted, error) = until_full(&log).await;
        assert!(accepted > 10, "{accepted}");
        assert_eq!(error, LogError::Full(path.clone()));
        assert!(message(&error).contains("free some on its disk"), "{error}");
        everything_is_there(&log, accepted).await;

        std::fs::remove_file(ballast).expect("it was there");
        accepted += 1;
        let next = added(&log, "harbour", say("ada", "behind", "room again")).await;
        assert_eq!(next, accepted);
        drop(log);
        let log = SqliteLog::open(Path::new(&path), &Options::default(), ());
        everything_is_there(&log.expect("the same log"), accepted).await;
    });
    println!("{DONE}");
}

async fn until_full(log: &SqliteLog) -> (u64, LogError) {
    let mut accepted = 0;
    loop {
        let text = "x".repeat(2000);
        let post = say("ada", &accepted.to_string(), &text);
        match log.append("harbour", post).await {
            Ok(appended) => accepted = appended.seq,
            Err(error) => return (accepted, error),
        }
    }
}

async fn everything_is_there(log: &SqliteLog, accepted: u64) {
    let since = log.after("harbour", 0, usize::MAX).await;
    let entries = since.expect("it can be read").entries;
    let numbers: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, (1..=accepted).collect::<Vec<_>>());
}

/// The largest file that a process may write; a signal would end it otherwise.
const LIMIT: &str =
    r#"trap '' XFSZ && ulimit -f 2048 && exec "$1" --exact "$2" --nocapture"#;
/// Names the folder for the test of a limit.
const LIMITED: &str = "CH14_LIMITED";

/// SQLite calls a disk full when the system says `ENOSPC`, and nothing else. A quota of the
/// file system (`EDQUOT`) is told as an error of writing, as this limit is (`EFBIG`).
#[test]
#[cfg(unix)]
fn what_cannot_be_written_is_named_and_what_was_accepted_stays() {
    if let Some(folder) = std::env::var_os(LIMITED) {
        return write(PathBuf::from(folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new("sh")
        .args(["-c", LIMIT, "sh"])
        .arg(std::env::current_exe().expect("this test"))
        .arg("what_cannot_be_written_is_named_and_what_was_accepted_stays")
        .env(LIMITED, folder.path())
        .output()
        .expect("a shell");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains(DONE), "{told}");
}

/// The child, which may write no file of more than a mebibyte.
#[expect(clippy::print_stdout, reason = "its parent reads it")]
fn write(folder: PathBuf) {
    run("a limit for files", async move {
        let path = folder.join("rooms.db");
        let log = SqliteLog::open(&path, &Options::default(), ()).expect("a log");
        let (accepted, error) = until_full(&log).await;
        assert!(accepted > 10, "{accepted}");
        assert_eq!(error, LogError::Unwritable(path.clone()));
        assert!(error.is_temporary());
        for part in ["rooms.db cannot be written", "quota", "disk"] {
            assert!(message(&error).contains(part), "{error}");
        }
        everything_is_there(&log, accepted).await;
    });
    println!("{DONE}");
}
