//! Cross-site WebSocket hijacking, on the wire: the careless chat lets in whoever has the
//! cookie, and the careful one does not.

#[path = "../examples/ch15-hijacking/careless.rs"]
mod careless;
#[path = "../../12-chat/tests/road/mod.rs"]
mod road;
mod wire;

use std::sync::Arc;

use careless::{Chat, SameSite, random};
use handshake::HandshakeError;
use wire::{Client, RTT, record, request};
use wiretap::{Link, LinkDialer, Recorder, harness};

const OUR_PAGE: &str = "http://chat.test";
const ANNS_COOKIE: &str = "session=4f1c07d2b6a85e39";

/// A chat that knows Ann by her cookie, and the way to it.
fn served(is_careful: bool, recorder: &Recorder) -> LinkDialer {
    let (_, session) = ANNS_COOKIE.split_once('=').expect("a value");
    let own = is_careful.then(|| OUR_PAGE.to_owned());
    let chat = Chat::new(session.to_owned(), SameSite::None, own);
    let link = Link::new().rtt(RTT);
    road::serve_router(careless::router(Arc::new(chat)), &link, recorder)
}

/// What a browser sends when `page` opens a socket, and Ann is signed in.
fn fields(page: &str) -> [(&str, &str); 2] {
    [("Origin", page), ("Cookie", ANNS_COOKIE)]
}

fn ticket_head(origin: &str) -> String {
    format!(
        "POST /ticket HTTP/1.1\nHost: chat.test\nOrigin: {origin}\nCookie: {ANNS_COOKIE}"
    )
}

async fn is_refused(chat: &LinkDialer, fields: &[(&str, &str)], status: u16) {
    let opened = Client::open(chat, &Recorder::new("unseen"), fields).await;
    match opened.err().expect("it is refused") {
        HandshakeError::Rejected(rejected) => {
            let told = format!("{rejected:?}");
            assert!(told.contains(&status.to_string()), "{told}");
        }
        other => panic!("an answer of {status}, and not {other:?}"),
    }
}

#[test]
fn hijacking_who_has_the_cookie_is_let_in() {
    let transcript = harness::run("a hijacked socket", async {
        let recorder = Recorder::new("a page of another site opens a socket");
        let chat = served(false, &recorder);
        let fields = fields("http://teapots.test");
        let mallory = Client::open(&chat, &recorder, &fields).await;
        let mut mallory = mallory.expect("the cookie is Ann's");
        for _secret in 0..2 {
            mallory.hears().await;
        }
        mallory.says("I owe Mallory a hundred pounds.").await;
        let said = mallory.hears().await;
        assert_eq!(said, "Ann: I owe Mallory a hundred pounds.");
        recorder.transcript()
    });
    record("hijacking__hijacked", transcript);
}

#[test]
fn hijacking_without_the_cookie_nobody_is_let_in() {
    harness::run("no cookie", async {
        for is_careful in [false, true] {
            let chat = served(is_careful, &Recorder::new("a chat"));
            is_refused(&chat, &[], 401).await;
            let wrong = [("Cookie", "session=4f1c07d2b6a85e38")];
            is_refused(&chat, &wrong, 401).await;
        }
    });
}

#[test]
fn hijacking_the_careful_chat_looks_at_the_page() {
    harness::run("a careful chat", async {
        let chat = served(true, &Recorder::new("a chat"));
        for page in [
            "http://teapots.test",
            "https://chat.test",
            "http://chat.test:8080",
            "http://chat.test.evil.test",
            "null",
        ] {
            is_refused(&chat, &fields(page), 403).await;
            let answer = request(&chat, &ticket_head(page), "").await;
            assert!(answer.starts_with("HTTP/1.1 403 "), "{page}: {answer}");
        }
    });
}

#[test]
fn hijacking_a_ticket_is_good_once() {
    harness::run("a ticket", async {
        let recorder = Recorder::new("a chat");
        let chat = served(true, &recorder);
        let answer = request(&chat, &ticket_head(OUR_PAGE), "").await;
        let (_, ticket) = answer.split_once("\r\n\r\n").expect("a ticket");
        let open = async || Client::open(&chat, &recorder, &fields(OUR_PAGE)).await;
        let mut ann = open().await.expect("our own page");
        ann.says(ticket).await;
        assert!(ann.hears().await.starts_with("Bob: "));
        for used_or_wrong in [ticket, &random(), ""] {
            let mut again = open().await.expect("our own page");
            again.says(used_or_wrong).await;
            assert_eq!(again.ends().await, 4003);
        }
    });
}
