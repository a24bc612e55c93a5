//! The server on a link: what it says, when it says it, and when it hangs up.

#[path = "common/link.rs"]
mod link;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

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

async fn echo(request: Request) -> Response {
    let text = format!("{} {}", request.method, request.target);
    match request.body.is_empty() {
        true => Response::text(200, text),
        false => Response::text(200, request.body),
    }
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
fn a_handler_may_close_the_connection() {
    harness::run("the handler says close", async {
        let server = TestServer::start(Config::default(), |_: Request| async {
            Response::new(204).header("Connection", "close")
        });
        let answer = server.say(GET).await.hear_all().await;
        assert_eq!(
            answer,
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
        );
    });
}

#[test]
fn rfc9110_9_3_2_head_is_answered_without_a_body() {
    harness::run("HEAD and then GET", async {
        let server = TestServer::start(Config::default(), ok);
        let mut peer = server.say("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        peer.hear(OK.strip_suffix("ok").expect("it ends so")).await;
        peer.say(GET).await;
        peer.hear(OK).await;
    });
}

#[test]
fn rfc9110_8_6_no_length_is_declared_where_there_is_no_body() {
    harness::run("204 and 304", async {
        let server =
            TestServer::start(Config::default(), |request: Request| async move {
                let status = request.target[1..].parse().expect("a number");
                Response::text(status, "not to be sent")
            });
        for status in ["204 No Content", "304 Not Modified"] {
            let get = GET.replace("/ ", &format!("/{} ", &status[..3]));
            let mut peer = server.say(get).await;
            peer.hear(&format!("HTTP/1.1 {status}\r\n")).await;
            peer.hear("Content-Type: text/plain; charset=utf-8\r\n\r\n")
                .await;
            // What comes next is the next answer, and no body.
            peer.say(GET.replace("/ ", "/204 ")).await;
            peer.hear("HTTP/1.1 204 No Content\r\n").await;
        }
    });
}

#[test]
fn framing_fields_are_the_servers_own() {
    harness::run("a handler that lies about its length", async {
        let server = TestServer::start(Config::default(), |_: Request| async {
            Response::text(200, "ok")
                .header("Content-Length", "99")
                .header("Transfer-Encoding", "chunked")
        });
        server.say(GET).await.hear(OK).await;
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
fn a_client_that_hangs_up_frees_its_handler_at_once() {
    harness::run("a client that hangs up", async {
        let waiting = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&waiting);
        let server = TestServer::start(Config::default(), move |_: Request| {
            let count = Arc::clone(&count);
            async move {
                let _waiter = Waiter::new(&count);
                sleep(Duration::from_secs(3600)).await;
                Response::new(204)
            }
        });
        let peer = server.say(GET).await;
        sleep(Duration::from_secs(1)).await;
        assert_eq!(waiting.load(Ordering::Relaxed), 1);
        drop(peer);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
    });
}

/// Counts itself while it lives.
struct Waiter(Arc<AtomicUsize>);

impl Waiter {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn a_request_that_comes_while_another_is_answered_is_kept() {
    harness::run("a request read ahead", async {
        let server = TestServer::start(Config::default(), slowly);
        let mut peer = server.say(GET.replace("/ ", "/1000 ")).await;
        sleep(Duration::from_millis(500)).await;
        peer.say(GET.replace("/ ", "/0 ")).await;
        peer.hear(OK).await;
        peer.hear(OK).await;
    });
}

#[test]
fn a_handlers_panic_takes_its_own_connection_only() {
    let message = std::panic::catch_unwind(|| {
        harness::run("a handler that panics", async {
            let server =
                TestServer::start(Config::default(), |request: Request| async move {
                    assert_eq!(request.target, "/", "this path panics");
                    Response::text(200, "ok")
                });
            let mut other = server.say(GET).await;
            let heard = server.say(GET.replace("/ ", "/x ")).await.hear_all().await;
            assert_eq!(heard, "");
            other.hear(OK).await;
            other.say(GET).await;
            other.hear(OK).await;
        });
    });
    // The scenario runs to its end; the harness reports the handler's panic after it.
    let message = message.expect_err("the harness reports every panic");
    let message = message.downcast_ref::<String>().expect("a text");
    assert!(message.contains("this path panics"), "{message}");
    assert!(!message.contains("panicked first"), "{message}");
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
        let (answer, took) = timed(peer.hear_all()).await;
        assert_eq!((answer.as_str(), took), ("", Duration::from_secs(10)));
        assert_eq!(server.stopped().await, Duration::ZERO);
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
fn rfc9110_6_6_1_a_server_with_a_clock_sends_the_date() {
    harness::run("a server with a clock", async {
        let config = Config {
            clock: Some(|| UNIX_EPOCH + Duration::from_secs(1_709_164_800)),
            ..Config::default()
        };
        let server = TestServer::start(config, ok);
        let mut peer = server.say(GET).await;
        peer.hear("HTTP/1.1 200 OK\r\nDate: Thu, 29 Feb 2024 00:00:00 GMT\r\n")
            .await;
    });
}

#[test]
fn a_client_that_ends_its_side_after_asking_is_answered() {
    // `printf … | nc -N` does that.
    harness::run("a half-closed client", async {
        let server = TestServer::start(Config::default(), ok);
        let mut peer = server.say(GET).await;
        peer.0.shutdown().await.expect("the link is open");
        assert_eq!(peer.hear_all().await, OK);
    });
}
