//! What the server does for its handler, and what it does not let it do.

#[path = "common/link.rs"]
mod link;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use link::TestServer;
use raw_http::{Config, Request, Response};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;
use wiretap::harness;

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
fn a_client_that_ends_its_side_after_asking_is_answered() {
    // `printf … | nc -N` does that.
    harness::run("a half-closed client", async {
        let server = TestServer::start(Config::default(), ok);
        let mut peer = server.say(GET).await;
        peer.0.shutdown().await.expect("the link is open");
        assert_eq!(peer.hear_all().await, OK);
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
fn rfc9110_15_2_an_interim_status_is_no_answer() {
    harness::run("a handler that gives 100", async {
        let server = TestServer::start(Config::default(), |_: Request| async {
            Response::text(100, "wait for more")
        });
        let expected =
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
        server.say(GET).await.hear(expected).await;
    });
}
