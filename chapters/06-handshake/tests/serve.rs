//! All connections of a listener: slow ones, talking ones, broken ones, and the end.

mod common;

use std::time::Duration;

use common::{NONCE, offer, request};
use handshake::{Accepted, Agreed, Opened, Policy, connect, serve};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

const RTT: Duration = Duration::from_millis(100);

/// A server that does on each open stream what the first byte says, and stops when the
/// sender is dropped.
fn server() -> (LinkDialer, oneshot::Sender<()>, JoinHandle<()>) {
    let (dialer, listener) = Link::new().rtt(RTT).network(&Recorder::new("a server"));
    let (stop, stopped) = oneshot::channel::<()>();
    let policy = Policy::default();
    let decide = move |request: &RequestHead| policy.check(request);
    let shutdown = async { drop(stopped.await) };
    (
        dialer,
        stop,
        tokio::spawn(serve(listener, decide, talk, shutdown)),
    )
}

async fn talk(opened: Opened<LinkStream, Accepted>) {
    let mut io = opened.io;
    match io.read_u8().await {
        Ok(b'e') => io.write_all(b"echo").await.expect("sent"),
        Ok(b'p') => panic!("as it was told to"),
        // For ever.
        _ => sleep(Duration::MAX).await,
    }
}

async fn opened(dialer: &LinkDialer) -> Opened<LinkStream, Agreed> {
    let io = dialer.dial().await.expect("a connection");
    let opened = connect(io, &Limits::default(), offer(), NONCE).await;
    opened.expect("a handshake")
}

async fn end_of(mut io: LinkStream) -> String {
    let mut text = String::new();
    io.read_to_string(&mut text).await.expect("an end");
    text
}

#[test]
fn a_slow_handshake_is_cut_off_after_ten_seconds() {
    harness::run("a client that sends a byte a second", async {
        let (dialer, _stop, _server) = server();
        let mut io = dialer.dial().await.expect("a connection");
        let begin = Instant::now();
        let request = request(&[]);
        for byte in request.as_bytes() {
            if io.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        // Accepted half a round trip after it was opened, cut off ten seconds later: its
        // next byte after that finds nobody.
        let elapsed = begin.elapsed();
        assert!(elapsed >= Duration::from_secs(10), "{elapsed:?}");
        assert!(elapsed <= Duration::from_secs(12), "{elapsed:?}");
    });
}

#[test]
fn a_talk_that_panics_takes_nobody_with_it() {
    let outcome = std::panic::catch_unwind(|| {
        harness::run("one talk panics", async {
            let (dialer, _stop, _server) = server();
            let mut broken = opened(&dialer).await;
            broken.io.write_all(b"p").await.expect("sent");
            assert_eq!(end_of(broken.io).await, "");
            let mut whole = opened(&dialer).await;
            whole.io.write_all(b"e").await.expect("sent");
            assert_eq!(end_of(whole.io).await, "echo");
        });
    });
    // The harness reports every panic of a task, and this is the only one.
    let panic = outcome.expect_err("a task panicked");
    let text = panic.downcast_ref::<String>().expect("a text");
    assert!(
        text.contains("a task panicked: as it was told to"),
        "{text}"
    );
}

#[test]
fn after_the_shutdown_the_talks_have_ten_seconds() {
    harness::run("a server stops", async {
        let (dialer, stop, server) = server();
        let mut soon = opened(&dialer).await;
        let never = opened(&dialer).await;
        let begin = Instant::now();
        drop(stop);
        sleep(Duration::from_secs(3)).await;
        assert!(dialer.dial().await.is_err(), "nobody is accepted any more");
        soon.io.write_all(b"e").await.expect("sent");
        assert_eq!(end_of(soon.io).await, "echo");
        assert!(!server.is_finished());
        server.await.expect("no panic");
        assert_eq!(begin.elapsed(), Duration::from_secs(10));
        assert_eq!(end_of(never.io).await, "", "it was cut off");
    });
}

#[test]
fn a_server_without_talks_stops_at_once() {
    harness::run("a server stops", async {
        let (dialer, stop, server) = server();
        let mut only = opened(&dialer).await;
        only.io.write_all(b"e").await.expect("sent");
        assert_eq!(end_of(only.io).await, "echo");
        let begin = Instant::now();
        drop(stop);
        server.await.expect("no panic");
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}
