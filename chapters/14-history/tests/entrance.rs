//! Chapter 13's limits hold here, and pages are served beside the chat.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use backpressure::Limits;
use history::{Chat, Halls, MemoryLog, serve};
use peer::{Peer, anybody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder, harness};

/// A server with a page for three connections of an address; how it is stopped, and its task.
fn served() -> (LinkDialer, oneshot::Sender<()>, JoinHandle<()>) {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let chat = Chat::new(MemoryLog::new(halls.clone()), halls).limited(Limits {
        connections_per_address: 3,
        ..Limits::default()
    });
    let pages = Router::new().route("/", get("the page"));
    let from_here = |_: &LinkStream| Ipv4Addr::LOCALHOST.into();
    let (stop, stopped) = oneshot::channel();
    let stopped = async { drop(stopped.await) };
    let serving = serve(listener, chat, anybody(), pages, from_here, stopped);
    (dialer, stop, tokio::spawn(serving))
}

/// The status of a request for the page.
async fn status(io: &mut LinkStream) -> String {
    let request = b"GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n";
    io.write_all(request).await.expect("it reads");
    let mut answer = vec![0; 12];
    io.read_exact(&mut answer).await.expect("an answer");
    String::from_utf8(answer).expect("a status line")
}

#[test]
fn a_page_and_an_address_with_its_places() {
    harness::run("four connections where three are allowed", async {
        let (dialer, _stop, _serving) = served();
        let _ada = Peer::joined(&dialer, "ada", None).await;
        let mut page = dialer.dial().await.expect("it listens");
        assert_eq!(status(&mut page).await, "HTTP/1.1 200");
        let _bob = Peer::joined(&dialer, "bob", None).await;
        let mut fourth = dialer.dial().await.expect("it listens");
        assert_eq!(status(&mut fourth).await, "HTTP/1.1 429");
    });
}

#[test]
fn a_request_has_to_come() {
    harness::run("a connection that says nothing", async {
        let (dialer, _stop, _serving) = served();
        let mut io = dialer.dial().await.expect("it listens");
        let start = Instant::now();
        io.read_to_end(&mut Vec::new()).await.expect("an end");
        assert_eq!(start.elapsed(), Duration::from_secs(10));
    });
}

#[test]
fn at_the_shutdown_all_are_told_1001() {
    harness::run("a shutdown, with one who has not said hello", async {
        let (dialer, stop, serving) = served();
        let mut ada = Peer::joined(&dialer, "ada", None).await;
        let mut mute = Peer::connect(&dialer).await;
        stop.send(()).expect("it serves");
        assert_eq!(ada.hear_the_end().await, 1001);
        assert_eq!(mute.hear_the_end().await, 1001);
        drop((ada, mute));
        serving.await.expect("no panic");
    });
}
