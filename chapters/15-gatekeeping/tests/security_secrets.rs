//! Passwords, tokens and tickets stand where they have to, and nowhere else.

mod common;

use common::{Guest, PASSWORD, Town, in_town};
use gatekeeping::api::{Credentials, NewPassword, Secret, TicketIssued};
use gatekeeping::protocol::{ClientMessage, Hello};
use raw_http::Request;
use serde_json::json;

#[test]
fn no_debug_shows_a_password_or_a_ticket() {
    let secret = || Secret::new(PASSWORD);
    let hello = ClientMessage::Hello(Hello::new(secret()));
    assert!(hello.to_json().contains(PASSWORD), "it is sent");
    let shown = [
        format!("{:?}", secret()),
        format!("{hello:?}"),
        format!(
            "{:?}",
            Credentials {
                name: "ada".to_owned(),
                password: secret()
            }
        ),
        format!(
            "{:#?}",
            NewPassword {
                old: secret(),
                new: secret()
            }
        ),
        format!(
            "{:?}",
            TicketIssued {
                ticket: secret(),
                seconds: 30
            }
        ),
    ];
    for text in shown {
        assert!(!text.contains("key to"), "{text}");
        assert!(text.contains("Secret(20 bytes)"), "{text}");
    }
}

/// Bodies with a password in a place where it is wrong.
const BROKEN: [&str; 9] = [
    r#"{"name":"ada","password":["hunter2hunter2"]}"#,
    r#"{"name":"ada","password":{"is":"hunter2hunter2"}}"#,
    r#"{"name":["hunter2hunter2"],"password":"x"}"#,
    r#"{"name":"ada","password":"hunter2hunter2""#,
    r#"{"name":"ada","password":"hunter2hunter2\q"}"#,
    r#"{"name":"ada","hunter2hunter2":"x"}"#,
    r#"{"name":"ada","password":"hunter2hunter2","password":"hunter2hunter2"}"#,
    r#""hunter2hunter2""#,
    r"hunter2hunter2",
];

#[test]
fn no_error_repeats_what_stood_in_a_request() {
    in_town("broken requests", async |town: Town| {
        for path in ["sign-up", "sign-in", "sign-out", "nothing"] {
            for body in BROKEN {
                let request = Request::post(format!("/api/{path}"), body);
                let request = request.header("Content-Type", "application/json");
                let answer = town.visitor().send(request).await;
                assert!(answer.status >= 400, "{answer:?}");
                let text = answer.json.to_string();
                assert!(!text.contains("hunter2"), "{text}");
            }
        }
        let missing = town.visitor().post("sign-in", json!({"name": "x"})).await;
        missing.is(400, "malformed");
        assert_eq!(missing.json["error"]["field"], "password");
    });
}

#[test]
fn no_error_repeats_a_ticket() {
    in_town("broken hellos", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let ticket = ada.ticket().await;
        let mut guest = Guest::connect(&town.dialer).await;
        for hello in [
            json!({"type": "hello", "version": 3, "ticket": [ticket]}),
            json!({"type": "hello", "version": 3, "ticket": ticket, "name": "ada"}),
            json!({"type": "hello", "version": 3, "ticket": {"is": ticket}}),
            json!({"type": "hello", "version": ticket, "ticket": 3}),
            json!({"type": "hello", "version": 2, "name": ticket, "ticket": ticket}),
            json!({"type": "hello", "ticket": ticket}),
        ] {
            guest.send(hello).await;
            let problem = guest.hears("error").await.to_string();
            assert!(!problem.contains(&ticket), "{problem}");
        }
        guest.hello(&ticket).await;
        let welcome = guest.hears("welcome").await.to_string();
        assert!(!welcome.contains(&ticket));
    });
}

#[test]
fn neither_password_nor_token_nor_ticket_is_in_a_file() {
    in_town("what is kept", async |town: Town| {
        let (mut ada, _guest) = town.guest("ada").await;
        let ticket = ada.ticket().await;
        ada.sign_in("ada", PASSWORD).await;
        let cookie = ada.cookie.clone().expect("a session");
        let (_, token) = cookie.split_once('=').expect("a pair");
        town.keeper.clone().close().await.expect("a disk");
        let mut files = 0;
        for file in std::fs::read_dir(town.folder.path()).expect("a folder") {
            let bytes = std::fs::read(file.expect("a file").path()).expect("bytes");
            let text = String::from_utf8_lossy(&bytes);
            for secret in [PASSWORD, token, &ticket] {
                assert!(!text.contains(secret));
            }
            files += 1;
        }
        assert!(files >= 2, "accounts and keys");
    });
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    in_town("permissions", async |town: Town| {
        town.citizen("ada").await;
        for file in std::fs::read_dir(town.folder.path()).expect("a folder") {
            let file = file.expect("a file");
            let mode = file.metadata().expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
        }
    });
}
