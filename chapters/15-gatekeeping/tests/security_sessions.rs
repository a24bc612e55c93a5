//! Sessions: who else could have one, and when they end.

mod common;

use std::time::Duration;

use common::{PASSWORD, Town, in_town, in_town_with, settings};
use gatekeeping::{Lifetimes, Settings};
use serde_json::json;
use tokio::time::{Instant, sleep};

#[test]
fn fixed_a_session_from_before_the_sign_in_is_not_gone_on_with() {
    in_town("a fixed session", async |town: Town| {
        // Eve signs in, and puts her cookie into Ada's browser.
        let mut eve = town.citizen("eve").await;
        let planted = eve.cookie.clone();
        town.citizen("ada").await;
        let mut ada = town.visitor();
        ada.cookie.clone_from(&planted);
        assert_eq!(ada.sign_in("ada", PASSWORD).await.status, 200);
        assert_ne!(ada.cookie, planted);
        assert_eq!(ada.get("me").await.json["name"], "ada");
        // What Eve knows is not Ada's session, nor anybody's.
        eve.get("me").await.is(401, "not_signed_in");
        // The same at a sign-up, and with a token that was never anybody's.
        let invented = format!("session={}", "A".repeat(43));
        let mut bob = town.visitor();
        bob.cookie = Some(invented.clone());
        assert_eq!(bob.sign_up("bob", PASSWORD).await.status, 201);
        assert_ne!(bob.cookie.as_deref(), Some(&*invented));
    });
}

#[test]
fn fixed_of_two_cookies_none_is_believed() {
    in_town("a cookie beside ours", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut eve = town.citizen("eve").await;
        let [own, planted] = [&ada, &eve].map(|who| who.cookie.clone().expect("one"));
        for both in [format!("{own}; {planted}"), format!("{planted}; {own}")] {
            ada.cookie = Some(both);
            ada.get("me").await.is(401, "not_signed_in");
        }
        assert_eq!(eve.get("me").await.status, 200);
    });
}

#[test]
fn a_cookie_is_for_this_host_and_for_no_script() {
    let secure = Settings {
        secure_cookies: true,
        ..settings()
    };
    in_town_with("cookies over TLS", secure, async |town: Town| {
        let mut ada = town.visitor();
        let answer = ada.sign_up("ada", PASSWORD).await;
        let cookie = answer.header("Set-Cookie").expect("a session");
        let (token, flags) = cookie.split_once(';').expect("flags");
        assert_eq!(token.len(), "__Host-session=".len() + 43);
        assert!(token.starts_with("__Host-session="), "{cookie}");
        let expected = " Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=Strict";
        assert_eq!(flags, expected);
        let me = ada.get("me").await;
        assert_eq!(me.status, 200);
        let hsts = me.header("Strict-Transport-Security");
        assert_eq!(hsts, Some("max-age=63072000"));
        ada.cookie = ada.cookie.map(|pair| pair.replace("__Host-", ""));
        ada.get("me").await.is(401, "not_signed_in");
    });
}

#[test]
fn what_is_kept_of_a_token_opens_nothing() {
    in_town("a stolen database", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let cookie = ada.cookie.clone().expect("a session");
        let (_, token) = cookie.split_once('=').expect("a pair");
        let file = town.folder.path().join("accounts.db");
        let database = rusqlite::Connection::open(&file).expect("a database");
        let kept: Vec<u8> = database
            .query_row("SELECT token FROM sessions", [], |row| row.get(0))
            .expect("one session");
        use base64::Engine as _;
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let bytes = engine.decode(token).expect("a token");
        use sha2::Digest as _;
        assert_eq!(kept, sha2::Sha256::digest(&bytes).to_vec());
        ada.cookie = Some(format!("session={}", engine.encode(&kept)));
        ada.get("me").await.is(401, "not_signed_in");
    });
}

fn short() -> Settings {
    Settings {
        session: Lifetimes {
            idle: Duration::from_secs(60),
            absolute: Duration::from_secs(150),
            ..Lifetimes::default()
        },
        ..settings()
    }
}

#[test]
fn expired_while_connected_the_connection_is_closed() {
    in_town_with("an idle session", short(), async |town: Town| {
        let (mut ada, mut guest) = town.guest("ada").await;
        let room = ada.create("harbour", "public").await;
        guest.hears("room").await;
        guest.join(&room).await;
        let start = Instant::now();
        assert_eq!(guest.hears_the_end().await, 4004);
        assert_eq!(start.elapsed().as_secs(), 60);
        ada.get("me").await.is(401, "not_signed_in");
        assert_eq!(town.keeper.connections(), 0);
    });
}

#[test]
fn expired_while_connected_a_session_in_use_goes_on_until_its_end() {
    in_town_with("a session in use", short(), async |town: Town| {
        let (mut ada, mut guest) = town.guest("ada").await;
        let start = Instant::now();
        let using = async {
            for _ in 0..4 {
                sleep(Duration::from_secs(35)).await;
                assert_eq!(ada.get("me").await.status, 200);
            }
        };
        let (code, ()) = tokio::join!(guest.hears_the_end(), using);
        assert_eq!((code, start.elapsed().as_secs()), (4004, 150));
    });
}

#[test]
fn signed_out_while_connected_the_connections_of_this_session_are_closed() {
    in_town("a sign-out", async |town: Town| {
        let (mut ada, mut guest) = town.guest("ada").await;
        let mut tab = town.connect(&mut ada).await;
        let mut phone = town.visitor();
        phone.sign_in("ada", PASSWORD).await;
        let mut other = town.connect(&mut phone).await;
        assert_eq!(ada.post("sign-out", json!({})).await.status, 204);
        assert_eq!(guest.hears_the_end().await, 4004);
        assert_eq!(tab.hears_the_end().await, 4004);
        let room = phone.create("harbour", "public").await;
        other.hears("room").await;
        other.join(&room).await;
    });
}

#[test]
fn signed_out_while_connected_by_a_new_password() {
    in_town("a new password", async |town: Town| {
        let (mut ada, mut guest) = town.guest("ada").await;
        let mut thief = town.visitor();
        thief.sign_in("ada", PASSWORD).await;
        let mut stolen = town.connect(&mut thief).await;
        let ticket = thief.ticket().await;
        let change = json!({"old": PASSWORD, "new": "nobody knows this one"});
        assert_eq!(ada.post("password", change).await.status, 204);
        assert_eq!(stolen.hears_the_end().await, 4004);
        let mut again = common::Guest::connect(&town.dialer).await;
        again.hello(&ticket).await;
        again.hears_problem("bad_ticket").await;
        // Her own window stays.
        let room = ada.create("harbour", "public").await;
        guest.hears("room").await;
        guest.join(&room).await;
    });
}

#[test]
fn signed_in_anew_the_session_before_ends_with_its_connections() {
    in_town("a second sign-in", async |town: Town| {
        let (mut ada, mut guest) = town.guest("ada").await;
        ada.sign_in("ada", PASSWORD).await;
        assert_eq!(guest.hears_the_end().await, 4004);
        town.connect(&mut ada).await;
    });
}

#[test]
fn signed_out_is_every_session_whose_cookie_is_shown() {
    in_town("another cookie of the same name", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let own = ada.cookie.clone().expect("a session");
        // Another program on this machine has set one more.
        let planted = format!("session={}; {own}", "A".repeat(43));
        ada.cookie = Some(planted);
        ada.get("me").await.is(401, "not_signed_in");
        assert_eq!(ada.post("sign-out", json!({})).await.status, 204);
        ada.cookie = Some(own);
        ada.get("me").await.is(401, "not_signed_in");
    });
}
