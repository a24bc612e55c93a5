//! Refusals over a stream: what both sides learn of one, and that it arrives.

mod common;

use common::{NONCE, offer, request};
use handshake::{
    Accepted, HandshakeError, Opened, Policy, Refusal, Rejection, accept, connect,
};
use raw_http::{HeadError, Limits, RequestHead, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::net::{TcpListener, TcpStream};
use wiretap::{Dial as _, Link, Recorder, harness};

fn by_default(request: &RequestHead) -> Result<Accepted, Refusal> {
    Policy::default().check(request)
}

async fn accept_one<Io>(io: Io) -> Result<Opened<Io, Accepted>, HandshakeError>
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    accept(io, &Limits::default(), by_default).await
}

#[test]
fn a_refusal_is_answered_and_both_sides_know_why() {
    harness::run("a page of another origin", async {
        let (client, server) = Link::new().pair(&Recorder::new("a refusal"));
        let server = tokio::spawn(accept_one(server));
        let mut offer = offer();
        offer.headers.append("Origin", "https://evil.example");
        let refused = connect(client, &Limits::default(), offer, NONCE).await;
        match refused.expect_err("it is refused") {
            HandshakeError::Rejected(Rejection::Status(head)) => {
                assert_eq!((head.status, &head.reason[..]), (403, "Forbidden"));
                assert!(head.headers.has_token("Connection", "close"));
            }
            other => panic!("{other}"),
        }
        match server.await.expect("no panic").expect_err("it refuses") {
            HandshakeError::Refused(refusal) => assert_eq!(refusal, Refusal::Origin),
            other => panic!("{other}"),
        }
    });
}

/// The bytes that answer a request, up to the end of the stream.
fn answer_to(
    bytes: &[u8],
    decide: impl FnOnce(&RequestHead) -> Result<Accepted, Refusal> + Send + 'static,
) -> String {
    let bytes = bytes.to_vec();
    harness::run("a request that is refused", async move {
        let (mut client, server) = duplex(1024);
        let server = tokio::spawn(async move {
            accept(server, &Limits::default(), decide).await.map(drop)
        });
        client.write_all(&bytes).await.expect("sent");
        client.shutdown().await.expect("ended");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("text");
        let error = server.await.expect("no panic").expect_err("it refuses");
        assert!(matches!(error, HandshakeError::Refused(_)), "{error}");
        answer
    })
}

#[test]
fn what_is_refused_gets_a_status_a_reason_and_its_rule() {
    let answer = answer_to(request(&[("Upgrade", None)]).as_bytes(), by_default);
    let body = "no `websocket` in Upgrade (RFC 6455 §4.2.1)\n";
    let expected = format!(
        "HTTP/1.1 426 Upgrade Required\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Upgrade: websocket\r\n\
         Connection: Upgrade, close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(answer, expected);
    let answer = answer_to(b"\x16\x03\x01", by_default);
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    assert!(answer.contains(&HeadError::ControlCharacter(0x16).to_string()));
}

#[test]
fn rfc9110_section_9_3_2_head_gets_a_head() {
    let bytes = request(&[]).replace("GET", "HEAD");
    let answer = answer_to(bytes.as_bytes(), by_default);
    assert!(
        answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn the_application_answers_in_its_own_way() {
    let unauthorized = |_: &RequestHead| {
        let response = Response::text(401, "who are you?\n");
        let response = response.header("WWW-Authenticate", "Basic realm=\"chat\"");
        Err(Refusal::Answer(response))
    };
    let answer = answer_to(request(&[]).as_bytes(), unauthorized);
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.contains("\r\nWWW-Authenticate: Basic realm=\"chat\"\r\n"));
    assert!(answer.contains("\r\nConnection: close\r\n"));
    assert!(answer.ends_with("\r\n\r\nwho are you?\n"));
    // A client would wait for another answer after this one.
    let interim = |_: &RequestHead| Err(Refusal::Answer(Response::new(101)));
    let answer = answer_to(request(&[]).as_bytes(), interim);
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
}

#[test]
fn an_offer_that_cannot_be_written_sends_nothing() {
    harness::run("a bad offer", async {
        let (client, mut server) = duplex(1024);
        let mut offer = offer();
        offer.resource_name = "chat room".to_owned();
        let error = connect(client, &Limits::default(), offer, NONCE).await;
        let error = error.expect_err("it cannot be written");
        assert!(matches!(error, HandshakeError::Offer(_)));
        let mut sent = Vec::new();
        server.read_to_end(&mut sent).await.expect("ended");
        assert_eq!(sent, b"");
    });
}

/// Over real TCP a socket that is closed with bytes unread is reset, and the answer can be
/// lost with it: the server reads on.
#[test]
fn rfc9112_section_9_6_a_refusal_survives_what_the_client_still_sends() {
    harness::run("a client that talks on", async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            accept_one(listener.accept().await.expect("a client").0)
                .await
                .map(drop)
        });
        let mut client: TcpStream =
            wiretap::Tcp(address).dial().await.expect("a server");
        let bytes = request(&[("Upgrade", None)]) + &"x".repeat(40 << 10);
        client.write_all(bytes.as_bytes()).await.expect("sent");
        // Not before the server has answered: what comes late is what resets.
        let mut first = [0; 12];
        client.read_exact(&mut first).await.expect("an answer");
        client.write_all(&[b'x'; 8 << 10]).await.expect("sent");
        client.shutdown().await.expect("ended");
        let mut answer = first.to_vec();
        client.read_to_end(&mut answer).await.expect("no reset");
        assert!(answer.starts_with(b"HTTP/1.1 426 Upgrade Required\r\n"));
        assert!(answer.ends_with(b")\n"), "the whole answer");
        let refused = server.await.expect("no panic").expect_err("it refuses");
        assert!(matches!(
            refused,
            HandshakeError::Refused(Refusal::NoUpgrade)
        ));
    });
}
