//! The labs of chapters 12 and 14: whose windows they let in, and what is heard there.

use connection::{Config, Event, Message, Reader, Writer};
use handshake::{HandshakeError, Offer};
use serde_json::json;
use tokio::net::TcpStream;

use super::*;

pub(super) type Window = (Reader<TcpStream>, Writer<TcpStream>);

/// A WebSocket to a lab's chat, as a page of this origin opens it.
pub(super) async fn opened(
    lab: &Running,
    origin: &str,
) -> Result<Window, HandshakeError> {
    let url = format!("ws://{}/chat", lab.address);
    let mut offer = Offer::new(&url.parse().expect("a URL"));
    offer.headers.append("Origin", origin);
    let io = TcpStream::connect(lab.address).await.expect("it listens");
    let opened = connection::connect(io, offer, Config::default()).await;
    opened.map(|(websocket, _)| websocket.split())
}

pub(super) async fn say(window: &mut Window, message: Value) {
    let text = Message::Text(message.to_string().into());
    window.1.send(text).await.expect("it is open");
    window.1.flush().await.expect("it is open");
}

/// Reads on until there is a message of this type.
pub(super) async fn hears(window: &mut Window, kind: &str) -> Value {
    loop {
        match window.0.read().await.expect("it is not over") {
            Event::Message(Message::Text(text)) => {
                let message: Value = serde_json::from_str(&text).expect("JSON");
                if message["type"] == kind {
                    return message;
                }
            }
            other => panic!("before {kind}: {other:?}"),
        }
    }
}

async fn join(window: &mut Window, name: &str, after: Option<u64>) {
    say(window, json!({"type": "hello", "version": 2, "name": name})).await;
    let mut join = json!({"type": "join", "room": "harbour"});
    if let Some(after) = after {
        join["after"] = after.into();
    }
    say(window, join).await;
    hears(window, "joined").await;
}

#[test]
fn the_log_has_what_was_said_and_windows_resume_from_it() {
    run("two windows of the lab of chapter 14", async {
        let lab = Running::start(&Labs::default(), "14", "chapter").await;
        let Err(refused) = opened(&lab, "http://evil.example").await else {
            panic!("it must not open");
        };
        assert!(refused.to_string().contains("403"), "{refused}");
        let mut ada = opened(&lab, PAGE).await.expect("it is the page");
        join(&mut ada, "ada", None).await;
        let mut news = lab.follow().await;
        for (id, text) in [("a-1", "one"), ("a-2", "two"), ("a-2", "two")] {
            let room = "harbour";
            let words = json!({"type": "say", "room": room, "text": text, "id": id});
            say(&mut ada, words).await;
            hears(&mut ada, "accepted").await;
        }
        let entry = |seq, what, id| json!({"seq": seq, "author": "ada", "what": what, "id": id});
        let (status, log) = lab.act("log", "").await;
        assert_eq!(status, StatusCode::OK);
        let log: Value = serde_json::from_str(&log).expect("JSON");
        assert_eq!(log, json!([entry(1, "one", "a-1"), entry(2, "two", "a-2")]));

        assert_eq!(lab.act("cut", "").await.0, StatusCode::NO_CONTENT);
        news.until("every connection is cut").await;
        while ada.0.read().await.is_some() {}
        let mut bob = opened(&lab, PAGE).await.expect("it goes on");
        join(&mut bob, "bob", Some(1)).await;
        assert_eq!(hears(&mut bob, "message").await["text"], "two");
    });
}

#[test]
fn the_chat_lets_in_the_windows_of_its_own_page() {
    run("two windows of the lab of chapter 12", async {
        let lab = Running::start(&Labs::default(), "12", "chapter").await;
        let Err(refused) = opened(&lab, "http://evil.example").await else {
            panic!("it must not open");
        };
        assert!(refused.to_string().contains("403"), "{refused}");
        let come_in = async |name: &str| {
            let mut window = opened(&lab, PAGE).await.expect("it is the page");
            let hello = json!({"type": "hello", "version": 1, "name": name});
            say(&mut window, hello).await;
            say(&mut window, json!({"type": "join", "room": "harbour"})).await;
            let joined = hears(&mut window, "joined").await;
            (window, joined["members"].clone())
        };
        let (mut ann, here) = come_in("Ann").await;
        assert_eq!(here, json!(["Ann"]));
        let (_bob, here) = come_in("Bob").await;
        assert_eq!(here, json!(["Ann", "Bob"]));
        assert_eq!(hears(&mut ann, "presence").await["state"], "here");
        // An end of the lab is told.
        lab.act("stop", "").await;
        let end = ann.0.read().await;
        assert!(format!("{end:?}").contains("1001"), "{end:?}");
    });
}

#[test]
fn another_lab_has_no_log() {
    run("the lab of chapter 9 is asked for a log", async {
        let lab = Running::start(&Labs::default(), "09", "chapter").await;
        let (status, why) = lab.act("log", "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(why.contains("chapter 14"), "{why}");
    });
}
