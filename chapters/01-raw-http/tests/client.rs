//! The client on a link: which connection it uses, when it tries again, what it refuses.

#[path = "common/link.rs"]
mod link;

use std::time::Duration;

use link::{TestServer, timed};
use raw_http::{
    Client, ClientError, Config, Limits, Request, Response, ResponseError, Version,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;
use wiretap::{Cut, Ledger, Link, LinkDialer, LinkListener, Listen, Recorder, harness};

async fn echo(request: Request) -> Response {
    match request.body.is_empty() {
        true => Response::text(200, request.target),
        false => Response::text(200, request.body),
    }
}

/// A server that plays a part: on each connection in turn it reads a request as long as
/// the first of the pair, answers with the second, and ends its side.
fn actor(
    mut listener: LinkListener,
    part: &'static [(usize, &'static str)],
) -> JoinHandle<()> {
    tokio::spawn(async move {
        for (length, answer) in part {
            let mut io = listener.accept().await.expect("the client dials");
            let mut request = vec![0; *length];
            io.read_exact(&mut request)
                .await
                .expect("the request comes");
            io.write_all(answer.as_bytes())
                .await
                .expect("the link is open");
            io.shutdown().await.expect("the link is open");
        }
    })
}

fn network(recorder: &Recorder) -> (Client<LinkDialer>, LinkListener) {
    let (dialer, listener) = Link::new().network(recorder);
    (Client::new(dialer, "x"), listener)
}

const GET_LENGTH: usize = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".len();

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

/// The server answers once, says nothing of closing, and closes: what happens to the next
/// request, if the close is still on its way when it is sent?
fn stale(request: Request, part: &'static [(usize, &'static str)]) -> (u64, String) {
    harness::run("a kept connection that is closed under way", async move {
        let recorder = Recorder::new("a stale connection");
        let link = Link::new().rtt(Duration::from_millis(100));
        let (dialer, listener) = link.network(&recorder);
        let mut client = Client::new(dialer, "x");
        let server = actor(listener, part);
        client.send(Request::get("/")).await.unwrap();
        // The answer and the end left together: the end is not seen before a read.
        let outcome = client.send(request).await;
        server.abort();
        let connections = Ledger::of(&recorder.transcript()).connections;
        let text = match outcome {
            Ok(answer) => String::from_utf8(answer.body.to_vec()).unwrap(),
            Err(error) => error.to_string(),
        };
        (connections, text)
    })
}

#[test]
fn a_connection_that_is_seen_to_be_closed_is_not_used() {
    const PART: &[(usize, &str)] = &[
        (GET_LENGTH, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"),
        (GET_LENGTH, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"),
    ];
    assert_eq!(stale(Request::get("/"), PART), (2, "2".to_owned()));
}

/// A server that keeps the connection after its first answer, and closes it when the
/// second request arrives, without a byte of an answer.
fn closes_on_second(request: Request, last_words: &'static str) -> (u64, String) {
    harness::run("a connection closed on the second request", async move {
        let recorder = Recorder::new("closed on the second request");
        let (mut client, mut listener) = network(&recorder);
        let server = tokio::spawn(async move {
            let mut io = listener.accept().await.unwrap();
            let mut head = [0; GET_LENGTH];
            io.read_exact(&mut head).await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1";
            io.write_all(answer).await.unwrap();
            io.read_u8().await.unwrap();
            io.write_all(last_words.as_bytes()).await.unwrap();
            drop(io);
            let mut io = listener.accept().await.unwrap();
            io.read_u8().await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2";
            io.write_all(answer).await.unwrap();
        });
        client.send(Request::get("/")).await.unwrap();
        let outcome = client.send(request).await;
        server.abort();
        let connections = Ledger::of(&recorder.transcript()).connections;
        let text = match outcome {
            Ok(answer) => String::from_utf8(answer.body.to_vec()).unwrap(),
            Err(error) => error.to_string(),
        };
        (connections, text)
    })
}

#[test]
fn rfc9112_9_5_an_idempotent_request_is_tried_once_more() {
    let (connections, text) = closes_on_second(Request::get("/"), "");
    assert_eq!((connections, text.as_str()), (2, "2"));
    let put = Request {
        method: "PUT".to_owned(),
        ..Request::post("/", "hello")
    };
    assert_eq!(closes_on_second(put, ""), (2, "2".to_owned()));
}

#[test]
fn rfc9110_9_2_2_a_post_is_never_sent_twice() {
    let (connections, text) = closes_on_second(Request::post("/", "pay"), "");
    assert_eq!(connections, 1);
    assert_eq!(text, "the server closed without an answer");
}

#[test]
fn rfc9112_9_5_a_request_whose_answer_has_begun_is_not_sent_again() {
    let (connections, text) = closes_on_second(Request::get("/"), "HTTP/1.1 2");
    assert_eq!(connections, 1);
    assert_eq!(text, "the server closed in the middle of its answer");
}

#[test]
fn rfc9112_9_5_a_fresh_connection_is_tried_once() {
    harness::run("a server that closes every connection", async {
        let recorder = Recorder::new("closed at once");
        let (mut client, listener) = network(&recorder);
        let server = actor(listener, &[(GET_LENGTH, ""), (GET_LENGTH, "")]);
        let error = client.send(Request::get("/")).await.unwrap_err();
        let missing = ClientError::Response(ResponseError::Missing);
        assert_eq!(error.to_string(), missing.to_string());
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 1);
        server.abort();
    });
}

#[test]
fn rfc9112_6_3_bytes_after_an_answer_end_the_connection() {
    // Were the connection kept, they would be taken for the answer to the next request.
    harness::run("an answer with something after it", async {
        let recorder = Recorder::new("too much");
        let (mut client, listener) = network(&recorder);
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 FORGED\r\n\
                      Content-Length: 1\r\n\r\n9";
        let second = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2";
        let part = vec![(GET_LENGTH, answer), (GET_LENGTH, second)];
        let server = actor(listener, part.leak());
        for body in ["1", "2"] {
            let answer = client.send(Request::get("/")).await.unwrap();
            assert_eq!(answer.body, body);
        }
        server.abort();
    });
}

#[test]
fn rfc9112_9_2_an_answer_that_nobody_asked_for_is_not_taken() {
    harness::run("a server that speaks first", async {
        let recorder = Recorder::new("a server that speaks first");
        let (mut client, mut listener) = network(&recorder);
        let server = tokio::spawn(async move {
            let answer =
                |body| format!("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{body}");
            for (asked, unasked) in [("1st.", "news"), ("2nd.", "")] {
                let mut io = listener.accept().await.unwrap();
                io.read_exact(&mut [0; GET_LENGTH]).await.unwrap();
                io.write_all(answer(asked).as_bytes()).await.unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
                io.write_all(answer(unasked).as_bytes()).await.unwrap();
            }
        });
        let answer = client.send(Request::get("/")).await.unwrap();
        assert_eq!(answer.body, "1st.");
        tokio::time::sleep(Duration::from_secs(2)).await;
        // To take what waits on the kept connection for the answer would be to answer
        // this question with the news.
        let answer = client.send(Request::get("/")).await.unwrap();
        assert_eq!(answer.body, "2nd.");
        assert_eq!(Ledger::of(&recorder.transcript()).connections, 2);
        server.abort();
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
        let part = vec![(GET_LENGTH, declared), (GET_LENGTH, endless)];
        let server = actor(listener, part.leak());
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
