//! Passwords are worth nothing without their keys: a file with others is not taken for theirs.

mod common;

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use common::{PASSWORD, settings};
use gatekeeping::api::{Credentials, Secret};
use gatekeeping::{Keeper, KeeperError, Keys, check_keys};
use rusqlite::Connection;
use tempfile::TempDir;
use wiretap::harness;

const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn ada() -> Credentials {
    Credentials {
        name: "ada".to_owned(),
        password: Secret::new(PASSWORD),
    }
}

fn open(folder: &Path) -> Result<Keeper, KeeperError> {
    Keeper::open(folder, settings())
}

/// A data folder with one account, which nobody has open; and its files.
async fn folder() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let keeper = open(folder.path()).expect("a folder");
    keeper.sign_up(FROM, &ada(), None).await.expect("a name");
    keeper.close().await.expect("a disk");
    let [accounts, keys] =
        ["accounts.db", "keys.toml"].map(|name| folder.path().join(name));
    (folder, accounts, keys)
}

#[test]
fn lost_keys_are_asked_for_and_not_made_anew() {
    harness::run("no keys", async {
        let (folder, accounts, keys) = folder().await;
        let elsewhere = folder.path().join("elsewhere.toml");
        fs::rename(&keys, &elsewhere).expect("a file");
        for refused in [
            open(folder.path()).map(|_| ()),
            check_keys(&accounts, &keys),
        ] {
            let error = refused.expect_err("there are no keys");
            assert!(matches!(error, KeeperError::NoKeys { passwords: 1, .. }));
            let text = error.to_string();
            assert!(text.contains("keys.toml is not there"), "{text}");
            assert!(text.contains("put it back"), "{text}");
            assert!(!keys.exists(), "none were made");
        }
        fs::rename(&elsewhere, &keys).expect("a file");
        assert_eq!(check_keys(&accounts, &keys), Ok(()));
        let keeper = open(folder.path()).expect("her keys");
        keeper.sign_in(FROM, &ada(), None).await.expect("her key");
    });
}

#[test]
fn keys_of_another_folder_are_refused() {
    harness::run("two folders", async {
        let (folder, accounts, keys) = folder().await;
        let (other, _, others) = self::folder().await;
        for refused in [check_keys(&accounts, &others), {
            let own = fs::read(&keys).expect("a file");
            fs::copy(&others, &keys).expect("a file");
            let refused = open(folder.path()).map(|_| ());
            fs::write(&keys, own).expect("a file");
            refused
        }] {
            let error = refused.expect_err("these are others");
            assert!(
                matches!(&error, KeeperError::MissingKey { passwords: 1, .. }),
                "{error}"
            );
        }
        // No two keys have the same id, and so one file can have them all.
        let (_, more) = fs::read_to_string(&others)
            .expect("a file")
            .split_once("[keys]\n")
            .map(|(head, keys)| (head.to_owned(), keys.to_owned()))
            .expect("keys");
        let all = fs::read_to_string(&keys).expect("a file") + &more;
        for (folder, keys) in [(&folder, &keys), (&other, &others)] {
            fs::write(keys, &all).expect("a file");
            let keeper = open(folder.path()).expect("their key is among them");
            keeper.sign_in(FROM, &ada(), None).await.expect("her key");
            keeper.close().await.expect("a disk");
        }
    });
}

#[test]
fn another_key_with_the_same_id_is_refused() {
    harness::run("an id, and another key", async {
        let (folder, accounts, keys) = folder().await;
        let own = Keys::open(&keys).expect("a file").current().to_owned();
        let other = tempfile::tempdir().expect("a folder");
        let others = other.path().join("keys.toml");
        let id = Keys::open(&others).expect("a file").current().to_owned();
        let text = fs::read_to_string(&others).expect("a file");
        fs::write(&keys, text.replace(&id, &own)).expect("a file");
        for refused in [
            open(folder.path()).map(|_| ()),
            check_keys(&accounts, &keys),
        ] {
            let error = refused.expect_err("it is another key");
            assert!(
                matches!(&error, KeeperError::OtherKey { key, passwords: 1, .. } if *key == own),
                "{error}"
            );
            let text = error.to_string();
            assert!(text.contains("keys.toml") && text.contains("put"), "{text}");
        }
    });
}

#[test]
fn the_keys_of_a_copy_are_known_again() {
    harness::run("a copy", async {
        let (folder, _, keys) = folder().await;
        let keeper = open(folder.path()).expect("a folder");
        let copy = folder.path().join("copy.db");
        keeper.copy_to(&copy).await.expect("a copy");
        keeper.close().await.expect("a disk");
        assert_eq!(check_keys(&copy, &keys), Ok(()));
        let (_other, _, others) = self::folder().await;
        check_keys(&copy, &others).expect_err("others");
        check_keys(folder.path().join("nothing.db"), &keys).expect_err("no file");
        assert!(!folder.path().join("nothing.db").exists());
    });
}

/// A database of before there were marks takes the keys that it finds, once.
#[test]
fn keys_of_an_older_database_are_known_from_then_on() {
    harness::run("an older database", async {
        let (folder, accounts, keys) = folder().await;
        let database = Connection::open(&accounts).expect("a file");
        database
            .execute_batch(
                "DROP TABLE peppers; ALTER TABLE members DROP COLUMN invited_by;
                 PRAGMA user_version = 1",
            )
            .expect("as it was");
        database.close().expect("a disk");
        assert_eq!(check_keys(&accounts, &keys), Ok(()));
        let keeper = open(folder.path()).expect("its key");
        keeper.sign_in(FROM, &ada(), None).await.expect("her key");
        keeper.close().await.expect("a disk");
        let database = Connection::open(&accounts).expect("a file");
        let marks: u32 = database
            .query_row("SELECT count(*) FROM peppers", [], |row| row.get(0))
            .expect("a number");
        assert_eq!(marks, 1);
    });
}
