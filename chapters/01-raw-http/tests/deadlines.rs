//! How long the server waits, how many it serves, and how it stops.

#[path = "common/link.rs"]
mod link;

use std::time::Duration;

use link::{TestServer, timed};
use raw_http::{Config, Limits, Request, Response};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use wiretap::{Dial, harness};

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\
                  Content-Length: 2\r\n\r\nok";

async fn ok(_request: Request) -> Response {
    Response::text(200, "ok")
}

/// Answers after as many milliseconds as the path says.
async fn slowly(request: Request) -> Response {
    let millis = request.target[1..].parse().expect("the path is a number");
    sleep(Duration::from_millis(millis)).await;
    Response::text(200, "ok")
}

/// What the server says to these bytes, and how long it takes until it ends the stream.
fn answers(bytes: &'static str) -> (String, Duration) {
    harness::run("the server answers and closes", async move {
        let server = TestServer::start(Config::default(), ok);
        timed(async { server.say(bytes).await.hear_all().await }).await
    })
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn rfc9110_15_5_9_a_slow_head_is_408() {
    // A slowloris sends a byte now and then, so that the connection is never idle.
    harness::run("slowloris", async {
        let server = TestServer::start(Config::default(), ok);
        let mut peer = server.say("GET / HTTP/1.1\r\nHost: x\r\n").await;
        let (answer, took) = timed(async {
            for _ in 0..9 {
                sleep(Duration::from_secs(1)).await;
                peer.say("A: b\r\n").await;
            }
            peer.hear_all().await
        })
        .await;
        assert_eq!(status(&answer), "408");
        assert_eq!(took, Duration::from_secs(10));
    });
}

#[test]
fn rfc9110_15_5_9_a_slow_body_is_408() {
    let (answer, took) =
        answers("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello");
    assert_eq!(status(&answer), "408");
    assert_eq!(took, Duration::from_secs(30));
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    assert_eq!(answers(""), (String::new(), Duration::from_secs(60)));
    // A stray line end is no request that one could be late with.
    assert_eq!(answers("\r\n"), (String::new(), Duration::from_secs(60)));
    let (answer, took) = answers(GET);
    assert_eq!(status(&answer), "200");
    assert_eq!(took, Duration::from_secs(60));
}

#[test]
fn rfc9112_8_a_client_that_ends_in_the_middle_is_told_so() {
    harness::run("a request cut off", async {
        let server = TestServer::start(Config::default(), ok);
        let mut peer = server.say("GET / HTTP/1.1\r\nHo").await;
        peer.0.shutdown().await.expect("the link is open");
        let (answer, took) = timed(peer.hear_all()).await;
        assert_eq!((status(&answer), took), ("400", Duration::ZERO));
    });
}

#[test]
fn a_client_that_reads_nothing_is_dropped() {
    harness::run("an answer that nobody takes", async {
        let server = TestServer::start(Config::default(), |_: Request| async {
            Response::text(200, vec![b'a'; 1 << 20])
        });
        let mut peer = server.say(GET).await;
        sleep(Duration::from_secs(31)).await;
        let answer = peer.hear_all().await;
        assert!(answer.len() < 1 << 20, "{} bytes came", answer.len());
    });
}

#[test]
fn a_client_that_does_not_close_is_waited_for_only_so_long() {
    harness::run("lingering is bounded", async {
        let mut server = TestServer::start(Config::default(), ok);
        let mut peer = server.say("GET / HTTP/1.0\r\n\r\n").await;
        let answer = peer.hear_all().await;
        assert_eq!(status(&answer), "200");
        server.stop();
        // The client has heard the end, and neither ends nor drops its own side.
        assert_eq!(server.stopped().await, Config::default().linger);
        drop(peer);
    });
}

#[test]
fn rfc9112_9_6_the_rest_of_a_refused_request_is_read_and_thrown_away() {
    harness::run("a draining close", async {
        let config = Config {
            limits: Limits {
                body_bytes: 10,
                ..Limits::default()
            },
            ..Config::default()
        };
        let server = TestServer::start(config, ok);
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
        let mut peer = server.say(head).await;
        // More than the 64 KiB that a link holds: it goes on only if the server reads.
        peer.say(vec![b'a'; 100_000]).await;
        peer.0.shutdown().await.expect("the link is open");
        let answer = peer.hear_all().await;
        assert_eq!(status(&answer), "413");
    });
}

#[test]
fn at_most_so_many_connections_are_served_at_a_time() {
    harness::run("one connection at a time", async {
        let config = Config {
            max_connections: 1,
            ..Config::default()
        };
        let server = TestServer::start(config, slowly);
        let first = GET
            .replace("/ ", "/1000 ")
            .replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        let ((), took) = timed(async {
            let mut first = server.say(first).await;
            let mut second = server.say(GET.replace("/ ", "/0 ")).await;
            let waits = async {
                first.hear_all().await;
                drop(first);
            };
            tokio::join!(waits, second.hear(OK));
        })
        .await;
        assert_eq!(took, Duration::from_secs(1));
    });
}

#[test]
fn shutdown_closes_idle_connections_and_finishes_answers() {
    harness::run("a drain", async {
        let mut server = TestServer::start(Config::default(), slowly);
        let dialer = server.dialer();
        let mut idle = server.say("").await;
        let mut busy = server.say(GET.replace("/ ", "/1000 ")).await;
        sleep(Duration::from_millis(500)).await;
        server.stop();
        let ((heard, answer), took) =
            timed(async { tokio::join!(idle.hear_all(), busy.hear_all()) }).await;
        assert_eq!(heard, "");
        assert_eq!(status(&answer), "200");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
        assert_eq!(took, Duration::from_millis(500));
        drop((idle, busy));
        assert_eq!(server.stopped().await, Duration::ZERO);
        assert!(dialer.dial().await.is_err(), "nobody listens any more");
    });
}

#[test]
fn shutdown_waits_for_a_request_that_has_begun() {
    harness::run("a drain in the middle of a head", async {
        let mut server = TestServer::start(Config::default(), ok);
        let mut peer = server.say("GET / HTTP/1.1\r\n").await;
        sleep(Duration::from_secs(1)).await;
        server.stop();
        sleep(Duration::from_secs(1)).await;
        peer.say("Host: x\r\n\r\n").await;
        let answer = peer.hear_all().await;
        assert!(
            answer.contains("200 OK") && answer.contains("close"),
            "{answer}"
        );
    });
}

#[test]
fn shutdown_cuts_off_what_does_not_end() {
    harness::run("a drain with a deadline", async {
        let mut server = TestServer::start(Config::default(), slowly);
        let mut peer = server.say(GET.replace("/ ", "/3600000 ")).await;
        sleep(Duration::from_secs(1)).await;
        server.stop();
        sleep(Duration::from_secs(1)).await;
        let refused = server.dialer().dial().await;
        assert!(
            refused.is_err(),
            "nobody new is let in while the server drains"
        );
        let (answer, took) = timed(peer.hear_all()).await;
        assert_eq!((answer.as_str(), took), ("", Duration::from_secs(9)));
        assert_eq!(server.stopped().await, Duration::ZERO);
    });
}
