//! The way back: what is there when a backup was restored, and what is left alone.

#[path = "common/place.rs"]
mod place;

use std::fs;

use operations::{BackupError, backup, restore};
use place::{Place, close, fill, said, sessions};

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
