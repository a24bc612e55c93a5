//! The server on a link: what it says to whom, and when it hangs up.

#[path = "common/link.rs"]
mod link;

use std::time::Duration;

use link::{TestServer, timed};
use raw_http::{Config, Request, Response};
use tokio::time::sleep;
use wiretap::harness;

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\
                  Content-Length: 2\r\n\r\nok";

async fn ok(_request: Request) -> Response {
    Response::text(200, "ok")
}

async fn echo(request: Request) -> Response {
    let text = format!("{} {}", request.method, request.target);
    match request.body.is_empty() {
        true => Response::text(200, text),
        false => Response::text(200, request.body),
    }
}

/// What the server says to these bytes, and how long it takes until it ends the stream.
fn answers(bytes: &'static str) -> (String, Duration) {
    harness::run("the server answers and closes", async move {
        let server = TestServer::start(Config::default(), echo);
        timed(async { server.say(bytes).await.hear_all().await }).await
    })
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn rfc9112_9_3_a_connection_is_kept_in_1_1() {
    harness::run("two requests on one connection", async {
        let server = TestServer::start(Config::default(), ok);
        let mut peer = server.say(GET).await;
        peer.hear(OK).await;
        peer.say(GET).await;
        peer.hear(OK).await;
    });
}

#[test]
fn rfc9112_9_3_2_pipelined_requests_are_answered_in_order() {
    let (answer, _) = answers(
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n\
         POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo\
         GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    let bodies: Vec<_> = answer
        .split("HTTP/1.1 200 OK")
        .filter_map(|answer| answer.split("\r\n\r\n").nth(1))
        .collect();
    assert_eq!(bodies, ["GET /1", "two", "GET /3"]);
}

#[test]
fn rfc9112_9_6_connection_close_is_the_last_answer() {
    let (answer, took) =
        answers("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    assert_eq!(took, Duration::ZERO);
}

#[test]
fn rfc9112_9_3_a_1_0_client_gets_one_answer() {
    let (answer, took) = answers("GET / HTTP/1.0\r\n\r\n");
    // RFC 9110 §2.5: the version is the server's own, not the client's.
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    assert_eq!(took, Duration::ZERO);
}

#[test]
fn rfc9112_9_3_a_1_0_client_may_ask_for_more() {
    harness::run("HTTP/1.0 with keep-alive", async {
        let server = TestServer::start(Config::default(), ok);
        let get = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        let kept = OK.replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n");
        let mut peer = server.say(get).await;
        peer.hear(&kept).await;
        peer.say(get).await;
        peer.hear(&kept).await;
    });
}

#[test]
fn rfc9110_10_1_1_a_client_that_expects_100_gets_it_before_the_body() {
    harness::run("100-continue", async {
        let server = TestServer::start(Config::default(), echo);
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\
                    Expect: 100-continue\r\n\r\n";
        let mut peer = server.say(head).await;
        peer.hear("HTTP/1.1 100 Continue\r\n\r\n").await;
        peer.say("ok").await;
        peer.hear(OK).await;
    });
}

#[test]
fn rfc9110_10_1_1_no_100_is_sent_where_it_is_not_due() {
    // The body has come already; HTTP/1.0 knows no 100; there is no body to wait for.
    for request in [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\
         Connection: close\r\n\r\nok",
        "POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok",
        "GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
    ] {
        let (answer, _) = answers(request);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
}

#[test]
fn rfc9110_10_1_1_a_client_that_has_begun_the_body_needs_no_100() {
    harness::run("half a body, and then the rest", async {
        let server = TestServer::start(Config::default(), echo);
        let half = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\
                    Expect: 100-continue\r\n\r\no";
        let mut peer = server.say(half).await;
        sleep(Duration::from_secs(1)).await;
        peer.say("k").await;
        peer.hear(OK).await;
    });
}

#[test]
fn rfc9110_10_1_1_a_body_that_is_too_long_is_refused_before_it_is_sent() {
    let (answer, _) = answers(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\
         Expect: 100-continue\r\n\r\n",
    );
    assert_eq!(status(&answer), "413");
}

#[test]
fn every_mistake_has_its_status_and_ends_the_connection() {
    let table = [
        ("400", "GET / HTTP/1.1\r\n\r\n"),
        ("400", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
        (
            "501",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        ("501", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("505", "PRI * HTTP/2.0\r\n\r\n"),
        (
            "413",
            "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
        ),
    ];
    for (expected, bytes) in table {
        let (answer, took) = answers(bytes);
        assert_eq!(status(&answer), expected, "{bytes:?}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
        assert_eq!(took, Duration::ZERO, "{bytes:?}");
    }
}

#[test]
fn nothing_after_a_mistake_is_taken_for_a_request() {
    let (answer, _) = answers(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n\
         GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    assert_eq!(status(&answer), "400");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}
