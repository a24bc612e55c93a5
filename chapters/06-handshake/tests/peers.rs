//! Others at the other end: axum (and with it hyper) as a server for our client,
//! tungstenite as a server and as a client.
#![expect(clippy::result_large_err, reason = "tungstenite's own signature")]

mod common;
mod others;

use common::{NONCE, offer};
use futures_util::{SinkExt as _, StreamExt as _};
use handshake::{Opened, Policy, accept, connect};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use wiretap::harness;

/// `Hello` from a client, masked, as in RFC 6455 §5.7; and from a server.
const MASKED: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
const UNMASKED: &[u8] = b"\x81\x05Hello";

/// Connects, sends a frame that was written by hand, and gets it back.
async fn is_echoed(io: tokio::io::DuplexStream) {
    let mut offer = offer();
    offer.subprotocols = vec!["chat.v2".to_owned(), "chat.v1".to_owned()];
    let opened = connect(io, &Limits::default(), offer, NONCE).await;
    let Opened {
        mut io,
        terms,
        rest,
    } = opened.expect("it answers");
    assert_eq!(terms.subprotocol.as_deref(), Some("chat.v1"));
    assert_eq!(rest, b""[..]);
    io.write_all(MASKED).await.expect("sent");
    let mut echo = [0; UNMASKED.len()];
    io.read_exact(&mut echo).await.expect("an echo");
    assert_eq!(echo, UNMASKED);
}

#[test]
fn peer_axum_and_hyper_serve_our_client() {
    harness::run("our client at axum", async {
        let (client, server) = duplex(4096);
        let server = tokio::spawn(others::serve_axum(server));
        is_echoed(client).await;
        server.await.expect("no panic");
    });
}

#[test]
fn peer_tungstenite_serves_our_client() {
    harness::run("our client at tungstenite", async {
        let (client, server) = duplex(4096);
        let server = tokio::spawn(async move {
            let speak = |request: &_, response| choose(request, response);
            let mut socket = tokio_tungstenite::accept_hdr_async(server, speak)
                .await
                .expect("our request");
            let message = socket.next().await.expect("a message").expect("a frame");
            socket.send(message).await.expect("sent");
        });
        is_echoed(client).await;
        server.await.expect("no panic");
    });
}

type Request = tungstenite::handshake::server::Request;
type Response = tungstenite::handshake::server::Response;

fn choose(
    request: &Request,
    mut response: Response,
) -> Result<Response, tungstenite::handshake::server::ErrorResponse> {
    let offered = request.headers().get("Sec-WebSocket-Protocol");
    assert_eq!(offered.expect("an offer"), "chat.v2, chat.v1");
    let chosen = "chat.v1".parse().expect("a value");
    response
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", chosen);
    Ok(response)
}

#[test]
fn peer_tungstenite_is_a_client_of_our_server() {
    harness::run("tungstenite at our server", async {
        let (client, server) = duplex(4096);
        let server = tokio::spawn(async move {
            let policy = Policy {
                subprotocols: vec!["chat.v1".to_owned()],
                ..Policy::default()
            };
            let decide = |request: &RequestHead| policy.check(request);
            let opened = accept(server, &Limits::default(), decide).await;
            let Opened {
                mut io,
                terms,
                rest,
            } = opened.expect("its request");
            assert_eq!(terms.subprotocol.as_deref(), Some("chat.v1"));
            assert_eq!(rest, b""[..]);
            io.write_all(UNMASKED).await.expect("sent");
            let mut frame = [0; MASKED.len()];
            io.read_exact(&mut frame).await.expect("a frame");
            // Its masking key is its own.
            assert_eq!(frame[..2], MASKED[..2]);
        });
        let mut request = "ws://server.example.com/chat"
            .into_client_request()
            .expect("a URL");
        let subprotocols = "other, chat.v1".parse().expect("a value");
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", subprotocols);
        let (mut socket, response) = tokio_tungstenite::client_async(request, client)
            .await
            .expect("our answer");
        assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "chat.v1");
        let message = socket.next().await.expect("a message").expect("a frame");
        assert_eq!(message, Message::text("Hello"));
        socket.send(message).await.expect("sent");
        server.await.expect("no panic");
    });
}
