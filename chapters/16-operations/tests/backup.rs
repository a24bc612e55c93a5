//! Backups that are made while people talk, and what is there when they are restored.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use history::{Act, Options, Post, RoomLog, SqliteLog};
use operations::{BackupError, backup, restore};
use rusqlite::Connection;
use tempfile::TempDir;

/// A data folder, and a place beside it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Self { folder };
        fs::create_dir(place.data()).expect("a folder");
        accounts(&place.data());
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.at("data")
    }

    fn log(&self) -> SqliteLog {
        open(&self.data())
    }
}

fn open(data: &Path) -> SqliteLog {
    SqliteLog::open(data.join("rooms.db"), &Options::default(), ()).expect("a log")
}

/// Somebody is signed in.
fn accounts(data: &Path) {
    let database = Connection::open(data.join("accounts.db")).expect("a file");
    let tables = "
        PRAGMA journal_mode = wal;
        CREATE TABLE sessions (token BLOB);
        INSERT INTO sessions VALUES (x'01');";
    database.execute_batch(tables).expect("tables");
}

fn sessions(data: &Path) -> i64 {
    let database = Connection::open(data.join("accounts.db")).expect("a file");
    let count = "SELECT count(*) FROM sessions";
    database
        .query_row(count, [], |row| row.get(0))
        .expect("a count")
}

fn say(number: usize) -> Post {
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
async fn fill(log: &SqliteLog, numbers: std::ops::Range<usize>) {
    for number in numbers {
        log.append("harbour", say(number)).await.expect("accepted");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn said(data: &Path) -> Vec<u64> {
    let log = open(data);
    let since = log
        .after("harbour", 0, usize::MAX)
        .await
        .expect("it can be read");
    log.close().await.expect("it can be closed");
    since.entries.iter().map(|entry| entry.seq).collect()
}

#[test]
fn what_was_accepted_before_a_backup_is_there_after_it_was_restored() {
    let place = Place::new();
    let log = place.log();
    let is_over = Arc::new(AtomicBool::new(false));
    let accepted = Arc::new(Mutex::new(0));
    let writer = std::thread::spawn({
        let (log, is_over) = (log.clone(), Arc::clone(&is_over));
        let accepted = Arc::clone(&accepted);
        move || {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                fill(&log, number..number + 1);
                number += 1;
                *accepted.lock().expect("nobody panics") = number;
            }
        }
    });
    // Three of them while somebody talks without a pause.
    for turn in 0..3 {
        while *accepted.lock().expect("nobody panics") < (turn + 1) * 20 {
            std::thread::yield_now();
        }
        let before = *accepted.lock().expect("nobody panics");
        let to = place.at(&format!("backup-{turn}"));
        backup(&place.data(), &to, false).expect("a backup");
        let elsewhere = place.at(&format!("elsewhere-{turn}"));
        restore(&to, &elsewhere, false).expect("restored");
        let said = said(&elsewhere);
        assert!(said.len() >= before, "{} of {before}", said.len());
        // Whatever was accepted meanwhile: nothing is missing in between.
        let expected: Vec<u64> = (1..=said.len() as u64).collect();
        assert_eq!(said, expected);
    }
    is_over.store(true, Ordering::Relaxed);
    writer.join().expect("no panic");
}

#[test]
fn a_restoration_ends_all_sessions() {
    let place = Place::new();
    fill(&place.log(), 0..3);
    backup(&place.data(), &place.at("copy"), false).expect("a backup");
    assert_eq!(sessions(&place.at("copy")), 1);
    restore(&place.at("copy"), &place.at("new"), false).expect("restored");
    assert_eq!(sessions(&place.at("new")), 0);
}

#[test]
fn keys_are_in_a_backup_only_if_that_is_asked_for() {
    let place = Place::new();
    fill(&place.log(), 0..1);
    fs::write(place.data().join("keys.toml"), "keys").expect("a file");
    backup(&place.data(), &place.at("without"), false).expect("a backup");
    assert!(!place.at("without").join("keys.toml").exists());
    let restored = restore(&place.at("without"), &place.at("new"), false);
    assert!(!restored.expect("restored").has_keys);

    let made = backup(&place.data(), &place.at("with"), true).expect("a backup");
    assert!(made.with_keys);
    let restored = restore(&place.at("with"), &place.at("new-2"), false);
    assert!(restored.expect("restored").has_keys);
    let keys = fs::read_to_string(place.at("new-2").join("keys.toml"));
    assert_eq!(keys.expect("keys"), "keys");
}

#[test]
#[cfg(unix)]
fn nobody_else_may_read_a_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    fill(&place.log(), 0..1);
    let to = place.at("copy");
    backup(&place.data(), &to, false).expect("a backup");
    let mode = |path: &Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
    };
    assert_eq!(mode(&to) & 0o777, 0o700);
    for name in ["rooms.db", "accounts.db"] {
        assert_eq!(mode(&to.join(name)) & 0o777, 0o600, "{name}");
    }
}

#[test]
fn nothing_is_restored_under_a_running_server() {
    let place = Place::new();
    let log = place.log();
    fill(&log, 0..3);
    backup(&place.data(), &place.at("copy"), false).expect("a backup");
    fill(&log, 3..5);
    let refused = restore(&place.at("copy"), &place.data(), true);
    assert_eq!(refused, Err(BackupError::Running(place.data())));
    fill(&log, 5..6);
    close(log);
    assert_eq!(said(&place.data()).len(), 6);
}

#[tokio::main(flavor = "current_thread")]
async fn close(log: SqliteLog) {
    log.close().await.expect("it can be closed");
}

#[test]
fn what_is_there_is_replaced_only_if_that_is_asked_for_and_is_kept() {
    let place = Place::new();
    fill(&place.log(), 0..3);
    let copy = place.at("copy");
    backup(&place.data(), &copy, false).expect("a backup");
    let log = place.log();
    fill(&log, 3..5);
    close(log);
    let refused = restore(&copy, &place.data(), false);
    assert_eq!(refused, Err(BackupError::NotEmpty(place.data())));
    assert_eq!(said(&place.data()).len(), 5);

    let restored = restore(&copy, &place.data(), true).expect("restored");
    assert_eq!(said(&place.data()).len(), 3);
    let replaced = restored.replaced.expect("there was something");
    assert_eq!(said(&replaced).len(), 5);
}

#[test]
fn other_keys_than_those_of_the_backup_do_not_stay() {
    let place = Place::new();
    drop(place.log());
    let keys = place.data().join("keys.toml");
    let old = "[keys]\nk1 = \"of the old machine\"\n";
    fs::write(&keys, old).expect("a file");
    backup(&place.data(), &place.at("backup"), true).expect("a backup");
    fs::write(&keys, "[keys]\nk1 = \"of the new one\"\n").expect("a file");
    let refused = restore(&place.at("backup"), &place.data(), true);
    assert_eq!(refused, Err(BackupError::OtherKeys(keys.clone())));
    assert!(
        place.data().join("rooms.db").exists(),
        "nothing was changed"
    );
    fs::remove_file(&keys).expect("it is there");
    restore(&place.at("backup"), &place.data(), true).expect("restored");
    let text = fs::read_to_string(&keys).expect("a file");
    assert_eq!(text, old);
    // One more key does no harm: it is newer than the backup.
    let rotated = format!("{old}k2 = \"new\"\n");
    fs::write(&keys, &rotated).expect("a file");
    restore(&place.at("backup"), &place.data(), true).expect("restored");
    let text = fs::read_to_string(&keys).expect("a file");
    assert_eq!(text, rotated);
}

#[test]
fn a_write_ahead_log_that_a_kill_has_left_is_not_played_into_what_is_restored() {
    let place = Place::new();
    let log = place.log();
    fill(&log, 0..3);
    let copy = place.at("copy");
    backup(&place.data(), &copy, false).expect("a backup");
    fill(&log, 3..9);
    // As a kill leaves it: the file and its log, copied while they are in use.
    let killed = place.at("killed");
    fs::create_dir(&killed).expect("a folder");
    for name in ["rooms.db", "rooms.db-wal", "accounts.db"] {
        fs::copy(place.data().join(name), killed.join(name)).expect("a copy");
    }
    assert!(
        fs::metadata(killed.join("rooms.db-wal"))
            .expect("it is there")
            .len()
            > 0
    );
    restore(&copy, &killed, true).expect("restored");
    assert!(!killed.join("rooms.db-wal").exists());
    assert_eq!(said(&killed).len(), 3);
}

#[test]
fn a_backup_goes_into_an_empty_folder_only() {
    let place = Place::new();
    fill(&place.log(), 0..1);
    let to = place.at("copy");
    fs::create_dir(&to).expect("a folder");
    fs::write(to.join("notes.txt"), "mine").expect("a file");
    let refused = backup(&place.data(), &to, false);
    assert_eq!(refused, Err(BackupError::NotEmpty(to.clone())));
    let left = fs::read_dir(&to).expect("a folder").count();
    assert_eq!(left, 1, "it was left alone");
}

#[test]
fn a_folder_without_data_is_named() {
    let place = Place::new();
    let missing = place.data().join("rooms.db");
    let refused = backup(&place.data(), &place.at("copy"), false);
    assert_eq!(refused, Err(BackupError::NoData(missing)));
    assert!(!place.at("copy").exists());
}

#[test]
fn a_backup_that_was_not_finished_is_none() {
    let place = Place::new();
    fill(&place.log(), 0..1);
    let copy = place.at("copy");
    backup(&place.data(), &copy, false).expect("a backup");
    fs::remove_file(copy.join("backup.json")).expect("it is there");
    let refused = restore(&copy, &place.at("new"), false);
    assert_eq!(refused, Err(BackupError::NoBackup(copy)));
    assert!(!place.at("new").exists());
}

#[test]
fn a_changed_byte_is_found_before_anything_is_touched() {
    let place = Place::new();
    fill(&place.log(), 0..50);
    let copy = place.at("copy");
    backup(&place.data(), &copy, false).expect("a backup");
    for name in ["rooms.db", "accounts.db"] {
        let path = copy.join(name);
        let good = fs::read(&path).expect("a file");
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        fs::write(&path, &bad).expect("a file");
        let refused = restore(&copy, &place.data(), true);
        let is_named =
            matches!(&refused, Err(BackupError::Damaged(at, _)) if *at == path);
        assert!(is_named, "{refused:?}");
        fs::write(&path, &good).expect("a file");
    }
    assert_eq!(said(&place.data()).len(), 50);
}

#[test]
fn a_database_that_is_damaged_gives_no_backup() {
    let place = Place::new();
    let log = place.log();
    fill(&log, 0..500);
    close(log);
    let path = place.data().join("rooms.db");
    let mut bytes = fs::read(&path).expect("a file");
    // Some pages in the middle.
    let (middle, page) = (bytes.len() / 2, 4096);
    let from = middle / page * page;
    bytes[from..from + 2 * page].fill(0xff);
    fs::write(&path, bytes).expect("a file");
    let refused = backup(&place.data(), &place.at("copy"), false);
    assert!(refused.is_err(), "{refused:?}");
    let left = fs::read_dir(place.at("copy")).expect("a folder").count();
    assert_eq!(left, 0, "nothing of it is left");
}

#[test]
fn a_backup_names_no_file_elsewhere() {
    let place = Place::new();
    fill(&place.log(), 0..1);
    let copy = place.at("copy");
    backup(&place.data(), &copy, false).expect("a backup");
    let manifest = copy.join("backup.json");
    let text = fs::read_to_string(&manifest).expect("it is there");
    fs::write(&manifest, text.replace("accounts.db", "../evil")).expect("a file");
    let refused = restore(&copy, &place.at("new"), false);
    let is_named = matches!(&refused, Err(BackupError::Damaged(_, what)) if what.contains("../evil"));
    assert!(is_named, "{refused:?}");
}
