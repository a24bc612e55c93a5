//! Accounts and sessions over HTTP.

mod common;

use std::time::Duration;

use common::{PASSWORD, Town, in_town, in_town_with, keeper, settings};
use gatekeeping::{Keeper, KeeperError, Keys, Lifetimes, Settings};
use serde_json::json;
use tokio::time::sleep;
use wiretap::harness;

#[test]
fn who_signs_up_is_signed_in() {
    in_town("a sign-up", async |town: Town| {
        let mut ada = town.visitor();
        ada.get("me").await.is(401, "not_signed_in");
        let answer = ada.sign_up(" Ada ", PASSWORD).await;
        assert_eq!(
            (answer.status, &answer.json),
            (201, &json!({"name": "Ada"}))
        );
        let me = ada.get("me").await;
        let expires = 1_800_000_000 + 14 * 24 * 60 * 60;
        assert_eq!(
            (me.status, me.json),
            (200, json!({"name": "Ada", "expires": expires}))
        );
        town.visitor()
            .sign_up("ADA", PASSWORD)
            .await
            .is(409, "name_taken");
    });
}

#[test]
fn who_signs_out_is_signed_out() {
    in_town("a sign-out", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let before = ada.cookie.clone();
        assert_eq!(ada.post("sign-out", json!({})).await.status, 204);
        assert_eq!(ada.cookie, None, "it is taken away");
        // Whoever has kept it has nothing.
        ada.cookie = before;
        ada.get("me").await.is(401, "not_signed_in");
        assert_eq!(ada.post("sign-out", json!({})).await.status, 204, "again");
        let answer = ada.sign_in("Ada", PASSWORD).await;
        assert_eq!(
            (answer.status, &answer.json),
            (200, &json!({"name": "ada"}))
        );
        assert_eq!(ada.get("me").await.status, 200);
    });
}

#[test]
fn passwords_that_are_tried_first_are_refused() {
    in_town("weak passwords", async |town: Town| {
        let mut ada = town.visitor();
        for weak in [
            "",
            "short",
            "eleven char",
            "aaaaaaaaaaaaaaaa",
            "passwordpassword",
        ] {
            let answer = ada.sign_up("ada", weak).await;
            answer.is(400, "weak_password");
            assert_eq!(answer.json["error"]["field"], "password");
        }
        ada.sign_up("adalovelace", "adalovelace1815")
            .await
            .is(400, "weak_password");
        let long = "long and longer ".repeat(17);
        let mut eve = town.visitor();
        town.all_come_from("192.0.2.2");
        eve.sign_up("eve", &long).await.is(400, "weak_password");
        assert_eq!(eve.sign_up("eve", &long[..256]).await.status, 201);
    });
}

#[test]
fn another_password_ends_the_other_sessions_and_changes_this_one() {
    in_town("a new password", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut window = town.visitor();
        window.sign_in("ada", PASSWORD).await;
        let new = "another key to the harbour";
        let change = |old: &str, new: &str| json!({"old": old, "new": new});
        let wrong = ada
            .post("password", change("not this one at all", new))
            .await;
        wrong.is(401, "wrong_credentials");
        let weak = ada.post("password", change(PASSWORD, "short")).await;
        weak.is(400, "weak_password");
        assert_eq!(weak.json["error"]["field"], "new");

        let before = ada.cookie.clone();
        let changed = ada.post("password", change(PASSWORD, new)).await;
        assert_eq!(changed.status, 204, "{changed:?}");
        assert_ne!(ada.cookie, before);
        assert_eq!(ada.get("me").await.status, 200);
        window.get("me").await.is(401, "not_signed_in");
        window.cookie = before;
        window.get("me").await.is(401, "not_signed_in");
        window
            .sign_in("ada", PASSWORD)
            .await
            .is(401, "wrong_credentials");
        assert_eq!(window.sign_in("ada", new).await.status, 200);
    });
}

fn short() -> Settings {
    Settings {
        session: Lifetimes {
            idle: Duration::from_secs(100),
            absolute: Duration::from_secs(250),
            ..Lifetimes::default()
        },
        ..settings()
    }
}

#[test]
fn a_session_ends_when_nobody_uses_it() {
    in_town_with("an idle session", short(), async |town: Town| {
        let mut ada = town.citizen("ada").await;
        sleep(Duration::from_secs(99)).await;
        assert_eq!(ada.get("me").await.status, 200);
        sleep(Duration::from_secs(99)).await;
        assert_eq!(ada.get("me").await.status, 200, "it was used");
        sleep(Duration::from_secs(100)).await;
        ada.get("me").await.is(401, "not_signed_in");
    });
}

#[test]
fn a_session_ends_however_much_it_is_used() {
    in_town_with("an old session", short(), async |town: Town| {
        let mut ada = town.citizen("ada").await;
        for seconds in [90, 90, 69] {
            sleep(Duration::from_secs(seconds)).await;
            assert_eq!(ada.get("me").await.status, 200);
        }
        sleep(Duration::from_secs(1)).await;
        ada.get("me").await.is(401, "not_signed_in");
    });
}

#[test]
fn an_account_has_so_many_sessions() {
    let mut few = settings();
    few.limits.sessions = 2;
    in_town_with("a third session", few, async |town: Town| {
        let mut windows = vec![town.citizen("ada").await];
        for _ in 0..2 {
            let mut window = town.visitor();
            sleep(Duration::from_secs(1)).await;
            window.sign_in("ada", PASSWORD).await;
            windows.push(window);
        }
        let mut status = Vec::new();
        for window in &mut windows {
            status.push(window.get("me").await.status);
        }
        assert_eq!(status, [401, 200, 200], "the first has ended");
    });
}

#[test]
fn what_is_kept_is_there_after_a_restart() {
    harness::run("a restart", async {
        let folder = tempfile::tempdir().expect("a folder");
        let from = "192.0.2.1".parse().expect("an address");
        let first = keeper(&folder, settings());
        let who = gatekeeping::api::Credentials {
            name: "ada".to_owned(),
            password: gatekeeping::api::Secret::new(PASSWORD),
        };
        let (_, token) = first.sign_up(from, &who, None).await.expect("a name");
        first.close().await.expect("a disk");
        let beside = folder.path().join("accounts.db-wal");
        assert!(!beside.exists(), "all of it is in the one file");
        let second = keeper(&folder, settings());
        let ada = second.signed_in(token.reveal()).await.expect("a session");
        assert_eq!(ada.name().as_str(), "ada");
        second.sign_in(from, &who, None).await.expect("an account");
    });
}

#[test]
fn passwords_are_hashed_anew_under_a_new_key() {
    harness::run("a rotation of keys", async {
        let folder = tempfile::tempdir().expect("a folder");
        let from = "192.0.2.1".parse().expect("an address");
        let keeper = |settings| Keeper::open(folder.path(), settings);
        let who = gatekeeping::api::Credentials {
            name: "ada".to_owned(),
            password: gatekeeping::api::Secret::new(PASSWORD),
        };
        let first = keeper(settings()).expect("a folder");
        first.sign_up(from, &who, None).await.expect("a name");
        first.close().await.expect("a disk");

        let mut keys = Keys::open(folder.path().join("keys.toml")).expect("a file");
        let old = keys.current().to_owned();
        let new = keys.rotate().expect("a file").to_owned();
        let second = keeper(settings()).expect("both keys");
        assert_eq!(second.passwords_under(&old).await, Ok(1));
        second.sign_in(from, &who, None).await.expect("the old key");
        assert_eq!(second.passwords_under(&old).await, Ok(0));
        assert_eq!(second.passwords_under(&new).await, Ok(1));
        second.close().await.expect("a disk");

        keys.retire(&old).expect("nobody needs it");
        let third = keeper(settings()).expect("the new key");
        third.sign_in(from, &who, None).await.expect("the new key");
        third.close().await.expect("a disk");

        // Without the key nobody could sign in; and that is said at once.
        keys.rotate().expect("a file");
        keys.retire(&new).expect("it is not the current one");
        let error = keeper(settings()).expect_err("a key is missing");
        assert!(
            matches!(&error, KeeperError::MissingKey { key, passwords: 1, .. } if *key == new),
            "{error}"
        );
    });
}

#[test]
fn a_copy_is_whole_while_everything_goes_on() {
    in_town("a backup", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let copy = tempfile::tempdir().expect("a folder");
        let file = copy.path().join("accounts.db");
        town.keeper.copy_to(&file).await.expect("a copy");
        std::fs::copy(
            town.folder.path().join("keys.toml"),
            copy.path().join("keys.toml"),
        )
        .expect("the keys");
        ada.create("later", "public").await;
        let restored = keeper(&copy, settings());
        let (_, token) = ada
            .cookie
            .as_deref()
            .and_then(|pair| pair.split_once('='))
            .expect("a cookie");
        let who = restored.signed_in(token).await.expect("her session");
        let rooms = restored.rooms(&who).await.expect("rooms");
        assert_eq!((who.name().as_str(), rooms.rooms.len()), ("ada", 0));
    });
}
