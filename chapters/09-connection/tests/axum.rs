//! The same state machine under hyper and axum: what they give away after the upgrade is a
//! stream like any other.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use connection::{
    CloseCode, Closed, Config, Connection, Event, Message, Role, WebSocket, connect,
    echo,
};
use handshake::{Accepted, Offer, Origins, Policy, Refusal};
use hyper_util::rt::TokioIo;
use raw_http::{Headers, RequestHead, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiretap::{Link, LinkStream, Recorder, harness};

/// A handler of axum: chapter 6 decides about the request, and what hyper gives away after
/// the 101 is taken over by the connection.
async fn upgrade(mut request: Request) -> Response {
    let policy = Policy {
        origins: Origins::Only(vec!["http://echo.test".to_owned()]),
        ..Policy::default()
    };
    let terms = match policy.check(&head_of(&request)) {
        Ok(terms) => terms,
        Err(refusal) => return refused(&refusal),
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(stream) = upgraded.await {
            let connection = Connection::new(Role::Server, Config::default());
            echo(WebSocket::new(TokioIo::new(stream), connection, [])).await;
        }
    });
    switching_protocols(&terms)
}

/// The request, as chapter 6 knows it. A field that is not text stands for none: no field of
/// a handshake is.
fn head_of(request: &Request) -> RequestHead {
    let mut headers = Headers::new();
    for (name, value) in request.headers() {
        if let Ok(value) = value.to_str() {
            headers.append(name.as_str(), value);
        }
    }
    RequestHead {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        version: match request.version() {
            axum::http::Version::HTTP_10 => Version::Http10,
            _ => Version::Http11,
        },
        headers,
    }
}

fn switching_protocols(terms: &Accepted) -> Response {
    let fields = [
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-accept", &terms.sec_websocket_accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, fields, Body::empty()).into_response()
}

/// What chapter 6 answers, with its fields: a 426 has to say to what (RFC 9110 §15.5.22), and
/// a 405 what is allowed (§15.5.6).
fn refused(refusal: &Refusal) -> Response {
    let answer = refusal.response();
    let fields = answer.headers.iter();
    let head = Response::builder().status(answer.status);
    let head = fields.fold(head, |head, (name, value)| head.header(name, value));
    head.body(Body::from(answer.body)).expect("good fields")
}

/// A server of axum at the other end of a link.
fn dial() -> LinkStream {
    let (client, server) = Link::new().pair(&Recorder::new("axum"));
    tokio::spawn(async move {
        let app = Router::new().route("/", any(upgrade));
        let service = hyper_util::service::TowerToHyperService::new(app);
        let http = hyper::server::conn::http1::Builder::new();
        let connection = http.serve_connection(TokioIo::new(server), service);
        connection
            .with_upgrades()
            .await
            .expect("the client speaks HTTP");
    });
    client
}

#[test]
fn a_client_talks_to_a_connection_under_axum() {
    harness::run("an echo over an upgraded connection", async {
        let offer = Offer::new(&"ws://echo.test/".parse().expect("a URL"));
        let connected = connect(dial(), offer, Config::default()).await;
        let (mut reader, mut writer) = connected.expect("a handshake").0.split();
        for length in [0, 1, 125, 126, 5_000, 100_000] {
            let text = "x".repeat(length);
            writer
                .send(Message::Text(text.as_str().into()))
                .await
                .expect("open");
            let event = reader.read().await;
            assert_eq!(event, Some(Event::Message(Message::Text(text.into()))));
        }
        writer
            .close(CloseCode::NORMAL, "enough")
            .expect("it is open");
        let closed = Closed::Agreed(Some((CloseCode::NORMAL, String::new())));
        assert_eq!(reader.read().await, Some(Event::Closed(closed)));
        assert!(reader.read().await.is_none());
    });
}

#[test]
fn a_frame_that_comes_with_the_request_is_not_lost_in_hyper() {
    harness::run("a request and a frame in one write", async {
        let mut io = dial();
        let request = b"GET / HTTP/1.1\r\nHost: echo.test\r\nUpgrade: websocket\r\n\
            Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\
            \x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
        io.write_all(request).await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\x81\x05Hello") {
            let read = io.read_buf(&mut answer).await.expect("an answer");
            assert!(read > 0, "it ends: {}", answer.escape_ascii());
        }
        assert!(
            answer.starts_with(b"HTTP/1.1 101 "),
            "{}",
            answer.escape_ascii()
        );
    });
}

#[test]
fn rfc9110_15_5_a_refusal_keeps_its_fields() {
    harness::run("two requests that ask for no WebSocket", async {
        for (method, fields) in [
            ("GET", &["HTTP/1.1 426 ", "\r\nupgrade: websocket\r\n"][..]),
            (
                "POST",
                &[
                    "HTTP/1.1 405 ",
                    "\r\nallow: GET\r\n",
                    "\r\nconnection: close\r\n",
                ],
            ),
        ] {
            let mut io = dial();
            let request = format!(
                "{method} / HTTP/1.1\r\nHost: echo.test\r\nConnection: close\r\n\r\n"
            );
            io.write_all(request.as_bytes()).await.expect("sent");
            let mut answer = String::new();
            io.read_to_string(&mut answer).await.expect("an answer");
            for field in fields {
                assert!(answer.contains(field), "{field:?} in {answer}");
            }
            let explained =
                answer.ends_with("§4.1)\n") || answer.ends_with("§4.2.1)\n");
            assert!(explained, "{answer}");
        }
    });
}

#[test]
fn rfc6455_10_2_a_page_of_another_origin_is_refused_there_too() {
    harness::run("another origin", async {
        let mut offer = Offer::new(&"ws://echo.test/".parse().expect("a URL"));
        offer.headers.append("Origin", "http://evil-echo.test");
        let refused = connect(dial(), offer, Config::default()).await;
        let error = refused.expect_err("a 403").to_string();
        assert!(error.contains("403"), "{error}");
    });
}
