//! The lab of chapter 9: whose connections it takes, what its server can be told, and what
//! it refuses.

use connection::{Config, Event, Message, Reader, WebSocket, Writer};
use handshake::{HandshakeError, Offer};
use tokio::net::TcpStream;
use wiretap::{Recorder, harness};

use super::*;
use crate::labs::connection_lab;

/// What a client does by hand, the code that it is told, and the section.
const TRIES: [(&str, bool, Option<u16>, &str); 15] = [
    ("nothing wrong", false, Some(1000), "5.5.1"),
    ("a frame without a mask", true, Some(1002), "5.1"),
    ("a reserved opcode", true, Some(1002), "5.2"),
    ("a reserved bit", true, Some(1002), "5.2"),
    ("a length in too many bytes", true, Some(1002), "5.2"),
    ("the header of 4 GiB", true, Some(1009), "10.4"),
    ("bad UTF-8, 3 bytes of 1,000", true, Some(1007), "8.1"),
    ("a ping of 126 bytes", true, Some(1002), "5.5"),
    ("a ping in fragments", true, Some(1002), "5.5"),
    ("a text within a text", true, Some(1002), "5.4"),
    ("a continuation of nothing", true, Some(1002), "5.4"),
    ("a Close of one byte", true, Some(1002), "5.5.1"),
    ("a Close with 1005", true, Some(1002), "7.4"),
    ("a message behind a Close", false, Some(1000), "5.5.1"),
    ("half a frame, and TCP ends", false, None, "7.1.5"),
];

#[test]
fn what_is_done_by_hand_is_refused_with_its_code_and_section() {
    for (name, refused, code, section) in TRIES {
        let outcome = harness::run(name, async move {
            connection_lab::by_hand(&Recorder::new(name), name, [9; 16]).await
        });
        let outcome = serde_json::to_value(outcome.expect("it ends")).expect("JSON");
        assert_eq!(outcome["refused"], refused, "{name}: {outcome}");
        assert_eq!(
            outcome["code"],
            serde_json::json!(code),
            "{name}: {outcome}"
        );
        let why = outcome["why"].as_str().expect("text");
        assert!(why.ends_with(&format!("§{section})")), "{name}: {why}");
    }
}

type Halves = (Reader<TcpStream>, Writer<TcpStream>);

/// A WebSocket to a lab, as a page of this origin opens it.
async fn opened(lab: &Running, origin: &str) -> Result<Halves, HandshakeError> {
    let url = format!("ws://{}/", lab.address);
    let mut offer = Offer::new(&url.parse().expect("a URL"));
    offer.headers.append("Origin", origin);
    let io = TcpStream::connect(lab.address).await.expect("it listens");
    let opened = connection::connect(io, offer, Config::default()).await;
    opened.map(|(websocket, _): (WebSocket<TcpStream>, _)| websocket.split())
}

/// What comes next.
async fn next(reader: &mut Reader<TcpStream>) -> String {
    match reader.read().await.expect("it is not over") {
        Event::Message(Message::Text(text)) => text.into_owned(),
        Event::Closed(closed) => closed.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn only_the_labs_own_page_opens_a_connection() {
    run("pages knock at the lab of chapter 9", async {
        let lab = Running::start(&Labs::default(), "09", "chapter").await;
        let Err(refused) = opened(&lab, "http://evil.example").await else {
            panic!("it must not open");
        };
        assert!(refused.to_string().contains("403"), "{refused}");
        let (mut reader, mut writer) =
            opened(&lab, PAGE).await.expect("it is the page");
        let hello = Message::Text("Hello".into());
        writer.send(hello).await.expect("it is open");
        assert_eq!(next(&mut reader).await, "Hello");
    });
}

#[test]
fn the_server_does_what_it_is_told() {
    run("the lab of chapter 9 is told what to do", async {
        let lab = Running::start(&Labs::default(), "09", "chapter").await;
        let order = async |order: &str| lab.act("order", order).await.0;
        let ping = r#"{"act":"ping"}"#;
        let nobody = order(ping).await;
        assert_eq!(nobody, StatusCode::UNPROCESSABLE_ENTITY);

        let (mut reader, _writer) = opened(&lab, PAGE).await.expect("it is the page");
        // Its handler listens before the handshake is answered.
        assert_eq!(order(ping).await, StatusCode::NO_CONTENT);
        assert!(next(&mut reader).await.starts_with("Ping("));
        order(r#"{"act":"fragments"}"#).await;
        assert!(next(&mut reader).await.starts_with("Ping("));
        assert_eq!(next(&mut reader).await, "one, two, three");

        let never = order(r#"{"act":"close","code":1005,"reason":""}"#).await;
        assert_eq!(never, StatusCode::UNPROCESSABLE_ENTITY);
        order(r#"{"act":"close","code":4001,"reason":"room is full"}"#).await;
        assert_eq!(next(&mut reader).await, "4001 room is full");
    });
}

#[test]
fn a_server_that_lies_is_refused_and_one_that_is_cut_is_lost() {
    run("the lab of chapter 9 lies", async {
        let lab = Running::start(&Labs::default(), "09", "chapter").await;
        let (mut reader, _writer) = opened(&lab, PAGE).await.expect("it is the page");
        let lie = r#"{"act":"lie","name":"a masked frame"}"#;
        assert_eq!(lab.act("order", lie).await.0, StatusCode::NO_CONTENT);
        let closed = next(&mut reader).await;
        assert!(closed.starts_with("1006, failed with 1002"), "{closed}");
        // The Close has been written by now.
        assert_eq!(reader.read().await, None);
        let mut news = lab.follow().await;
        news.until("the server breaks a rule: a masked frame").await;
        news.until("closed: 1002").await;

        let (mut reader, _writer) = opened(&lab, PAGE).await.expect("it is the page");
        assert_eq!(lab.act("cut", "").await.0, StatusCode::NO_CONTENT);
        assert_eq!(next(&mut reader).await, "1006, the connection is lost");
    });
}
