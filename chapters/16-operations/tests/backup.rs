//! Backups: made while people talk, whole, and refused where they would not be.

#[path = "common/place.rs"]
mod place;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use operations::{BackupError, backup, restore};
use place::{Place, close, fill, said};

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
