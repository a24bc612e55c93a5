//! The lab of chapter 6: whose handshakes it takes, and where it passes them on to.

use handshake::{
    Accepted, Agreed, HandshakeError, Offer, Opened, Policy, Refusal, connect,
};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// A handshake with a lab, as a page of this origin makes it.
async fn opened(
    lab: &Running,
    origin: &str,
) -> Result<Opened<TcpStream, Agreed>, HandshakeError> {
    let url = format!("ws://{}/chat", lab.address);
    let mut offer = Offer::new(&url.parse().expect("a URL"));
    offer.headers.append("Origin", origin);
    let io = TcpStream::connect(lab.address).await.expect("it listens");
    connect(io, &Limits::default(), offer, *b"the sample nonce").await
}

fn status(outcome: Result<Opened<TcpStream, Agreed>, HandshakeError>) -> u16 {
    match outcome.expect_err("a refusal") {
        HandshakeError::Rejected(handshake::Rejection::Status(head)) => head.status,
        other => panic!("{other}"),
    }
}

#[test]
fn only_the_labs_own_page_makes_handshakes() {
    run("pages knock at the lab of chapter 6", async {
        let lab = Running::start(&Labs::default(), "06", "chapter").await;
        assert_eq!(status(opened(&lab, "http://evil.example").await), 403);
        let opened = opened(&lab, PAGE).await.expect("it is the page");
        let mut bytes = opened.rest.to_vec();
        let mut io = opened.io;
        io.read_to_end(&mut bytes).await.expect("an end");
        assert_eq!(bytes, b"\x81\x05Hello\x88\x0e\x0f\xa1room is full");
    });
}

#[test]
fn the_server_behaves_as_it_is_told() {
    run("the lab of chapter 6 is told to misbehave", async {
        let lab = Running::start(&Labs::default(), "06", "chapter").await;
        let tell = async |order: &str| lab.act("handshakes", order).await.0;
        let order = r#"{"listed":true,"speaks":true,"answer":"no-room","end":"close"}"#;
        assert_eq!(tell(order).await, StatusCode::NO_CONTENT);
        assert_eq!(status(opened(&lab, PAGE).await), 503);
        let order = r#"{"listed":false,"speaks":true,"answer":"honest","end":"close"}"#;
        assert_eq!(tell(order).await, StatusCode::NO_CONTENT);
        assert_eq!(status(opened(&lab, PAGE).await), 403);
        let order =
            r#"{"listed":true,"speaks":true,"answer":"wrong-accept","end":"drop"}"#;
        assert_eq!(tell(order).await, StatusCode::NO_CONTENT);
        let lied = opened(&lab, PAGE).await.expect_err("a lie");
        assert_eq!(
            lied.to_string(),
            HandshakeError::Rejected(handshake::Rejection::Accept).to_string()
        );
    });
}

#[test]
fn handshakes_are_passed_on_to_the_readers_server() {
    run("the reader's server makes handshakes", async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let decide = |request: &RequestHead| -> Result<Accepted, Refusal> {
            let policy = Policy {
                origins: handshake::Origins::Only(vec![PAGE.to_owned()]),
                ..Policy::default()
            };
            policy.check(request)
        };
        // It says what it was told, and ends.
        let talk = async |mut opened: Opened<TcpStream, Accepted>| {
            let mut word = [0; 4];
            opened.io.read_exact(&mut word).await.expect("a word");
            opened.io.write_all(&word).await.expect("sent");
        };
        let forever = std::future::pending();
        tokio::spawn(handshake::serve(listener, decide, talk, forever));
        let labs = Labs::new(Bounds {
            first_exercise_port: port - 6,
            ..Bounds::default()
        });
        let lab = Running::start(&labs, "06", "mine").await;
        assert_eq!(status(opened(&lab, "http://evil.example").await), 403);
        let opened = opened(&lab, PAGE).await.expect("it is passed on");
        let mut io = opened.io;
        io.write_all(b"ping").await.expect("sent");
        let mut echo = Vec::new();
        io.read_to_end(&mut echo).await.expect("an end");
        assert_eq!(echo, b"ping");
        let mut news = lab.follow().await;
        news.until("HTTP/1.1 101 Switching Protocols").await;
    });
}
