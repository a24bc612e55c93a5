//! A disk that is full: a file system of one mebibyte, in memory, that nobody else sees.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{added, message, run, say};
use history::{LogError, Options, RoomLog, SqliteLog};

/// Names the disk, and makes of this test's program the one that fills it.
const DISK: &str = "CH14_FULL_DISK";
/// What is said behind the last check.
const DONE: &str = "the disk was full, and is not any more";

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
