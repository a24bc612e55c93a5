//! Whose a line is.

mod requests;

use raw_http::Request;
use requests::{Server, cookie_of, echo, post};
use serde_json::{Value, json};
use the_complete_chat::lines::LineLimits;
use wiretap::harness;

#[test]
fn who_knows_a_lines_name_and_not_its_key_has_nothing() {
    harness::run("somebody who has read a log", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        let bobs = server.open().await.cookie;
        let mut mallory = ann.beside(&server.dialer);
        let ended = mallory.cookie.len() - 1;
        let wrong = [
            String::new(),
            bobs,
            "line=x".to_owned(),
            format!("key={}", ann.cookie),
            ann.cookie[..ended].to_owned(),
        ];
        for cookie in wrong {
            mallory.cookie = cookie;
            let what = &mallory.cookie.clone();
            for path in ["poll?after=0", "events"] {
                let request = Request::get(mallory.path(path));
                assert_eq!(mallory.send(request).await.status, 404, "{what}");
            }
            assert_eq!(mallory.say(1, &["it is Ann"]).await, 404, "{what}");
            assert_eq!(mallory.close().await, 404, "{what}");
        }
        assert_eq!(ann.say(1, &["it is me"]).await, 204);
        // With the cookies of other paths beside it.
        ann.cookie = format!("session=x; {}; line=y", ann.cookie);
        assert_eq!(ann.poll(0).await.1["messages"], json!(["it is me"]));
    });
}

#[test]
fn a_key_is_for_the_requests_of_its_line_and_not_for_scripts() {
    harness::run("lines over TLS and without", async {
        let server = Server::new(LineLimits::default(), echo);
        let mut ann = server.open().await;
        for (origin, secure) in [
            (None, ""),
            (Some("http://localhost:3019"), ""),
            (Some("https://chat.example"), "; Secure"),
        ] {
            let mut request = post("/chat/line", &json!({}));
            if let Some(origin) = origin {
                request = request.header("Origin", origin);
            }
            let opened = ann.send(request).await;
            let line: Value = serde_json::from_slice(&opened.body).expect("JSON");
            let line = line["line"].as_str().expect("a name").to_owned();
            let key = cookie_of(&opened).expect("a cookie");
            assert!(!key.contains(&line), "the name says nothing of the key");
            let attributes =
                format!("; Path=/chat/line/{line}; HttpOnly; SameSite=Strict");
            let set = format!("{key}{attributes}{secure}");
            assert_eq!(opened.headers.get("Set-Cookie"), Some(&*set));
        }
        let closed = post(ann.path("close"), &json!({}));
        let closed = ann.send(closed).await;
        let taken = closed.headers.get("Set-Cookie").expect("a cookie");
        let taken_away = format!("line=; Path=/chat/line/{}; Max-Age=0", ann.line);
        assert_eq!(taken, taken_away);
    });
}
