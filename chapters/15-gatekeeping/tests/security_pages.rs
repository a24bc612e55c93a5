//! What a page of another site can do to somebody who is signed in: nothing.

mod common;
#[path = "wire/mod.rs"]
mod wire;

use common::{ORIGIN, PASSWORD, Town, Visitor, in_town};
use raw_http::Request;
use serde_json::json;

/// Origins that are not ours, although some of them look so.
const FOREIGN: [&str; 8] = [
    "http://evil.test",
    "null",
    "https://chat.test",
    "http://chat.test:81",
    "http://chat.test.evil.test",
    "http://evil-chat.test",
    "http://CHAT.test",
    "http://chat.test, http://chat.test",
];

/// Everything that changes something.
const POSTS: [&str; 12] = [
    "sign-up",
    "sign-in",
    "sign-out",
    "password",
    "ticket",
    "rooms",
    "rooms/harbour/enter",
    "rooms/harbour/invite",
    "rooms/harbour/leave",
    "rooms/harbour/read",
    "direct",
    "nothing",
];

/// The status of a handshake with these fields.
async fn handshake(town: &Town, fields: &str) -> String {
    let head = format!(
        "GET /chat HTTP/1.1\nHost: chat.test\nUpgrade: websocket\n\
         Connection: Upgrade\nSec-WebSocket-Version: 13\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n{fields}"
    );
    let answer = wire::request(&town.dialer, &head, "").await;
    answer[..12].to_owned()
}

#[test]
fn hijacking_a_page_of_another_origin_opens_no_websocket() {
    in_town("handshakes of pages", async |town: Town| {
        let ada = town.citizen("ada").await;
        let cookie = ada.cookie.as_deref().expect("a session");
        for origin in FOREIGN {
            let fields = format!("Origin: {origin}\nCookie: {cookie}");
            let status = handshake(&town, &fields).await;
            assert_eq!(status, "HTTP/1.1 403", "{origin}");
        }
        let twice = format!("Origin: {ORIGIN}\nOrigin: http://evil.test");
        assert_eq!(handshake(&town, &twice).await, "HTTP/1.1 403");
        let ours = format!("Origin: {ORIGIN}");
        assert_eq!(handshake(&town, &ours).await, "HTTP/1.1 101");
        // A program has no cookie of anybody, and needs a ticket like everybody.
        assert_eq!(handshake(&town, "User-Agent: one").await, "HTTP/1.1 101");
    });
}

/// Tries all posts with these fields; nothing comes of any of them.
async fn try_all(ada: &mut Visitor, fields: &[(&'static str, &str)]) {
    let own = std::mem::take(&mut ada.fields);
    for path in POSTS {
        ada.fields = fields.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
        let answer = ada.post(path, json!({})).await;
        answer.is(403, "wrong_origin");
        assert_eq!(answer.header("Set-Cookie"), None);
    }
    ada.fields = own;
}

#[test]
fn csrf_a_post_of_another_page_does_nothing() {
    in_town("posts of pages", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        ada.create("harbour", "public").await;
        for origin in FOREIGN {
            try_all(&mut ada, &[("Origin", origin)]).await;
        }
        for site in ["cross-site", "same-site", "none", ""] {
            try_all(&mut ada, &[("Sec-Fetch-Site", site)]).await;
            try_all(&mut ada, &[("Sec-Fetch-Site", site), ("Origin", ORIGIN)]).await;
        }
        try_all(
            &mut ada,
            &[("Origin", ORIGIN), ("Origin", "http://evil.test")],
        )
        .await;
        assert_eq!(ada.get("me").await.status, 200, "she is still signed in");
        assert_eq!(ada.rooms().await, ["harbour"]);
        // Programs say nothing of an origin, and have no session but their own.
        ada.fields.clear();
        assert_eq!(ada.post("ticket", json!({})).await.status, 201);
    });
}

#[test]
fn csrf_what_a_form_can_send_is_no_request() {
    in_town("forms", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain; application/json",
            "application/jsonp",
        ] {
            let request = Request::post("/api/ticket", "{}");
            let answer = ada.send(request.header("Content-Type", kind)).await;
            answer.is(415, "not_json");
        }
        let untyped = ada.send(Request::post("/api/ticket", "{}")).await;
        untyped.is(415, "not_json");
        let kind = "Application/JSON; charset=utf-8";
        let request = Request::post("/api/ticket", "{}").header("Content-Type", kind);
        assert_eq!(ada.send(request).await.status, 201);
    });
}

#[test]
fn csrf_no_page_is_told_that_it_may_ask() {
    in_town("a preflight", async |town: Town| {
        let mut page = town.visitor();
        page.fields = vec![
            ("Origin", "http://evil.test".to_owned()),
            ("Access-Control-Request-Method", "POST".to_owned()),
            ("Access-Control-Request-Headers", "content-type".to_owned()),
        ];
        for path in ["/api/ticket", "/api/me", "/chat", "/"] {
            let answer = page.send(Request::new("OPTIONS", path)).await;
            assert!(answer.status >= 400, "{path}: {answer:?}");
            let fields = answer.response.headers.iter();
            let mut names = fields.map(|(name, _)| name.to_ascii_lowercase());
            assert!(
                !names.any(|name| name.starts_with("access-control-")),
                "{path}"
            );
        }
    });
}

#[test]
fn another_page_may_not_include_what_the_api_answers() {
    in_town("an answer as a script", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        for site in ["cross-site", "same-site"] {
            ada.fields = vec![("Sec-Fetch-Site", site.to_owned())];
            ada.get("me").await.is(403, "wrong_origin");
            ada.get("rooms").await.is(403, "wrong_origin");
            // But a link may lead here.
            let page = ada.send(Request::get("/")).await;
            assert_eq!(page.status, 200);
        }
    });
}

#[test]
fn rebinding_a_name_that_is_not_ours_is_not_answered() {
    in_town("another host", async |town: Town| {
        let foreign = [
            "evil.test",
            "chat.test:81",
            "chat.test.",
            "x.chat.test",
            "[::1]",
        ];
        for host in foreign {
            let mut page = Visitor::of_host(town.dialer.clone(), host);
            page.get("me").await.is(421, "wrong_host");
            page.sign_in("ada", PASSWORD).await.is(421, "wrong_host");
            for path in ["/", "/chat", "/nothing"] {
                let answer = page.send(Request::get(path)).await;
                assert_eq!(answer.status, 421, "{host} {path}");
            }
        }
        for head in [
            "GET / HTTP/1.1\nHost: chat.test\nHost: evil.test",
            "GET http://evil.test/ HTTP/1.1\nHost: chat.test",
            "GET http://chat.test/ HTTP/1.1\nHost: evil.test",
            "GET / HTTP/1.1\nX-Forwarded-Host: chat.test\nHost: evil.test",
            "GET / HTTP/1.0",
        ] {
            let answer = wire::request(&town.dialer, head, "").await;
            assert!(answer[8..].starts_with(" 421 "), "{head}: {answer}");
        }
        for head in [
            "GET / HTTP/1.1\nHost: CHAT.test",
            "GET http://chat.test/ HTTP/1.1\nHost: chat.test",
        ] {
            let answer = wire::request(&town.dialer, head, "").await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{head}: {answer}");
        }
    });
}

#[test]
fn every_answer_keeps_a_page_to_itself() {
    in_town("headers", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut answers = Vec::new();
        for path in ["/", "/nothing", "/api/me", "/api/nothing"] {
            answers.push(ada.send(Request::get(path)).await);
        }
        answers.push(ada.post("sign-in", json!({})).await);
        ada.fields = vec![("Origin", "http://evil.test".to_owned())];
        answers.push(ada.post("ticket", json!({})).await);
        for answer in answers {
            let policy = answer.header("Content-Security-Policy");
            assert_eq!(policy, Some(gatekeeping::CONTENT_SECURITY_POLICY));
            for (name, value) in [
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "same-origin"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
                ("Cross-Origin-Resource-Policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{answer:?}");
            }
        }
        let me = ada.get("me").await;
        assert_eq!(me.header("Cache-Control"), Some("no-store"));
        assert_eq!(
            me.header("Strict-Transport-Security"),
            None,
            "there is no TLS"
        );
    });
}
