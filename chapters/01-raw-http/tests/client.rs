//! The client on a link: which connection it uses, when it tries again, what it refuses.

#[path = "common/link.rs"]
mod link;

use std::time::Duration;

use link::{TestServer, actor, timed};
use raw_http::{
    Client, ClientError, Config, Limits, Request, Response, ResponseError, Version,
};
use wiretap::{Cut, Ledger, Link, Recorder, harness};

async fn echo(request: Request) -> Response {
    match request.body.is_empty() {
        true => Response::text(200, request.target),
        false => Response::text(200, request.body),
    }
}

#[test]
fn rfc9112_9_3_a_connection_is_used_again() {
    harness::run("three requests", async {
        let recorder = Recorder::new("three requests");
        let link = Link::new().rtt(Duration::from_millis(100));
        let server = TestServer::on(&link, &recorder, Config::default(), echo);
        let mut client = Client::new(server.dialer(), "x");
        let (_, took) = timed(async {
            for target in ["/1", "/2", "/3"] {
                let answer = client.send(Request::get(target)).await.unwrap();
                assert_eq!(answer.body, target);
            }
        })
        .await;
        // One round trip to open, and one for each.
        assert_eq!(took, Duration::from_millis(400));
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 1);
    });
}

#[test]
fn rfc9112_9_6_without_keep_alive_each_request_has_its_connection() {
    harness::run("three requests on three connections", async {
        let recorder = Recorder::new("three requests");
        let link = Link::new().rtt(Duration::from_millis(100));
        let server = TestServer::on(&link, &recorder, Config::default(), echo);
        let mut client = Client::new(server.dialer(), "x").keep_alive(false);
        let (_, took) = timed(async {
            for target in ["/1", "/2", "/3"] {
                let answer = client.send(Request::get(target)).await.unwrap();
                assert_eq!(answer.headers.get("connection"), Some("close"));
            }
        })
        .await;
        assert_eq!(took, Duration::from_millis(600));
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 3);
    });
}

#[test]
fn rfc9110_8_6_a_post_declares_its_length_even_when_it_is_empty() {
    harness::run("POST", async {
        let recorder = Recorder::new("POST");
        let server = TestServer::on(&Link::new(), &recorder, Config::default(), echo);
        let mut client = Client::new(server.dialer(), "x");
        client.send(Request::post("/", "")).await.unwrap();
        client.send(Request::post("/", "hello")).await.unwrap();
        let text = recorder.transcript().to_string();
        assert!(text.contains(r"Content-Length: 0\r\n"), "{text}");
        assert!(text.contains(r"Content-Length: 5\r\n"), "{text}");
    });
}

#[test]
fn rfc9112_9_3_a_1_0_request_keeps_the_connection_when_both_say_so() {
    harness::run("HTTP/1.0", async {
        let recorder = Recorder::new("HTTP/1.0");
        let server = TestServer::on(&Link::new(), &recorder, Config::default(), echo);
        let mut client = Client::new(server.dialer(), "x");
        for _ in 0..2 {
            let mut request = Request::get("/");
            request.version = Version::Http10;
            let answer = client.send(request).await.unwrap();
            assert_eq!(answer.headers.get("connection"), Some("keep-alive"));
        }
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 1);
    });
}

#[test]
fn rfc9112_9_5_an_early_answer_ends_the_sending() {
    harness::run("413 before the body is sent", async {
        let config = Config {
            limits: Limits {
                body_bytes: 10,
                ..Limits::default()
            },
            ..Config::default()
        };
        let recorder = Recorder::new("413");
        let link = Link::new().rtt(Duration::from_millis(100));
        let server = TestServer::on(&link, &recorder, config, echo);
        let mut client = Client::new(server.dialer(), "x");
        let body = vec![b'a'; 8 << 20];
        let (answer, took) = timed(client.send(Request::post("/", body))).await;
        assert_eq!(answer.unwrap().status, 413);
        assert_eq!(took, Duration::from_millis(200));
        let sent = Ledger::of(&recorder.transcript()).payload_bytes;
        assert!(sent < 1 << 20, "{sent} bytes were sent");
        // The next request finds a connection that works.
        let answer = client.send(Request::get("/")).await.unwrap();
        assert_eq!(answer.body, "/");
    });
}

#[test]
fn an_answer_longer_than_the_limit_is_refused() {
    harness::run("an answer without end", async {
        let recorder = Recorder::new("too long");
        let (dialer, listener) = Link::new().network(&recorder);
        let limits = Limits {
            body_bytes: 10,
            ..Limits::default()
        };
        let mut client = Client::new(dialer, "x").limits(limits);
        let declared = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n";
        let endless = "HTTP/1.1 200 OK\r\n\r\nabcdefghijk";
        let server = actor(listener, [declared, endless]);
        for _ in 0..2 {
            let error = client.send(Request::get("/")).await.unwrap_err();
            let expected = ResponseError::BodyTooLong;
            assert!(
                matches!(error, ClientError::Response(e) if e == expected),
                "{error}"
            );
        }
        server.abort();
    });
}

#[test]
fn what_would_change_its_meaning_on_the_wire_is_not_sent() {
    harness::run("requests that cannot be written", async {
        let recorder = Recorder::new("nothing at all");
        let (dialer, _listener) = Link::new().network(&recorder);
        let requests = [
            Request::get("/a b"),
            Request::get("/ HTTP/1.1\r\nX: y"),
            Request::get(""),
            Request::new("GE T", "/"),
            Request::new("CONNECT", "x:443"),
        ];
        for request in requests {
            let mut client = Client::new(dialer.clone(), "x");
            let error = client.send(request).await.unwrap_err();
            assert!(matches!(error, ClientError::InvalidRequest), "{error}");
        }
        let mut client = Client::new(dialer, "x\r\nX: y");
        let error = client.send(Request::get("/")).await.unwrap_err();
        assert!(matches!(error, ClientError::InvalidRequest), "{error}");
        assert_eq!(recorder.transcript().entries, []);
    });
}

#[test]
fn a_field_cannot_smuggle_a_line() {
    let mut headers = raw_http::Headers::new();
    let forged = "x\r\nSet-Cookie: admin=1";
    assert_eq!(
        headers.try_append("A", forged),
        Err(raw_http::InvalidField::Value)
    );
    assert_eq!(
        headers.try_append("A\r\nB", "x"),
        Err(raw_http::InvalidField::Name)
    );
    assert!(headers.is_empty());
}

#[test]
fn a_refused_connection_says_so() {
    harness::run("nobody listens", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("nobody"));
        drop(listener);
        let mut client = Client::new(dialer, "x");
        let error = client.send(Request::get("/")).await.unwrap_err();
        assert!(matches!(error, ClientError::Dial(_)), "{error}");
    });
}

#[test]
fn every_way_of_cutting_the_stream_gives_the_same_answers() {
    for cut in [Cut::AsWritten, Cut::EachByte, Cut::Coalesced] {
        exchange(Link::new().cut(cut));
    }
    for seed in 0..32 {
        exchange(Link::new().cut(Cut::Random).seed(seed));
    }
}

fn exchange(link: Link) {
    harness::run("requests over a stream that is cut", async move {
        let recorder = Recorder::new("cut");
        let server = TestServer::on(&link, &recorder, Config::default(), echo);
        let mut client = Client::new(server.dialer(), "x");
        for body in ["a".repeat(10), "b".repeat(9000), "c".to_owned()] {
            let answer = client.send(Request::post("/", body.clone())).await.unwrap();
            assert_eq!(answer.body, body);
        }
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 1);
    });
}
