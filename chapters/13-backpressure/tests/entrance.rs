//! The way in: how many connections there may be, and from where, and what there is besides
//! the chat.

mod common;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use backpressure::{Entrance, Limits, Visit, serve, serve_websockets, websocket_route};
use common::{Person, from_here, serve_on};
use connection::{CloseCode, WebSocket};
use futures_util::FutureExt;
use handshake::Policy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Recorder, harness};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n";

/// The status of a request for the page `/`.
async fn status(io: &mut LinkStream) -> String {
    io.write_all(GET).await.expect("it reads");
    let mut answer = vec![0; 12];
    io.read_exact(&mut answer).await.expect("an answer");
    String::from_utf8(answer).expect("a status line")
}

/// All that comes until the end.
async fn rest(io: &mut LinkStream) -> String {
    let mut rest = Vec::new();
    io.read_to_end(&mut rest).await.expect("an end");
    String::from_utf8(rest).expect("a text")
}

/// A server with a page, for connections that come from 192.0.2.`n`, with `n` as it is now.
struct Town {
    dialer: LinkDialer,
    from: Arc<AtomicU8>,
}

impl Town {
    fn new(limits: Limits, page: &'static str) -> Self {
        let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
        let from = Arc::new(AtomicU8::new(1));
        let now = Arc::clone(&from);
        tokio::spawn(serve(
            listener,
            limits,
            Policy::default(),
            Router::new().route("/", get(page)),
            move |_: &LinkStream| {
                Ipv4Addr::new(192, 0, 2, now.load(Ordering::Relaxed)).into()
            },
            std::future::pending(),
        ));
        Self { dialer, from }
    }

    /// A connection from this house, which has been accepted.
    async fn dial(&self, house: u8) -> LinkStream {
        self.is_in(house);
        let io = self.dialer.dial().await.expect("a server");
        tokio::task::yield_now().await;
        io
    }

    fn is_in(&self, house: u8) {
        self.from.store(house, Ordering::Relaxed);
    }
}

#[test]
fn an_address_has_so_many_connections_and_no_more() {
    harness::run("three connections where two are allowed", async {
        let limits = Limits {
            connections_per_address: 2,
            ..Limits::default()
        };
        let town = Town::new(limits, "the page");
        let mut ann = Person::enter(&town.dialer, "ann").await;
        assert_eq!(status(&mut town.dial(1).await).await, "HTTP/1.1 200");
        let _second = town.dial(1).await;
        let mut third = town.dial(1).await;
        assert_eq!(status(&mut third).await, "HTTP/1.1 429");
        let answer = rest(&mut third).await.to_lowercase();
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        let mut other = town.dial(2).await;
        assert_eq!(status(&mut other).await, "HTTP/1.1 200", "another address");
        town.is_in(1);
        // The connection of a WebSocket counts until it ends.
        ann.say("still here").await;
        ann.hears("message").await;
        drop(ann);
        tokio::task::yield_now().await;
        let mut again = town.dial(1).await;
        assert_eq!(status(&mut again).await, "HTTP/1.1 200", "hers is free");
    });
}

#[test]
fn who_is_refused_takes_nothing_from_the_others() {
    harness::run("one address opens all connections there are", async {
        let limits = Limits {
            connections: 4,
            connections_per_address: 2,
            refusals: 3,
            ..Limits::default()
        };
        let town = Town::new(limits, "the page");
        let mut many = Vec::new();
        for _ in 0..4 {
            many.push(town.dial(1).await);
        }
        let start = Instant::now();
        let mut other = town.dial(2).await;
        assert_eq!(status(&mut other).await, "HTTP/1.1 200");
        assert_eq!(start.elapsed(), Duration::ZERO, "and it has not waited");
        // The third and the fourth are still to ask, and have a second for it.
        assert_eq!(rest(&mut many[3]).await, "");
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        many[0].write_all(GET).await.expect("the first is served");
    });
}

#[test]
fn more_refusals_than_there_may_be_are_not_even_told() {
    harness::run("a crowd from one address", async {
        let limits = Limits {
            connections_per_address: 0,
            refusals: 2,
            ..Limits::default()
        };
        let town = Town::new(limits, "the page");
        let mut told = [town.dial(1).await, town.dial(1).await];
        let start = Instant::now();
        assert_eq!(rest(&mut town.dial(1).await).await, "");
        assert_eq!(start.elapsed(), Duration::ZERO, "dropped at once");
        for io in &mut told {
            assert_eq!(status(io).await, "HTTP/1.1 429");
        }
        tokio::task::yield_now().await;
        let mut next = town.dial(1).await;
        assert_eq!(
            status(&mut next).await,
            "HTTP/1.1 429",
            "there is room again"
        );
    });
}

#[test]
fn more_connections_than_there_may_be_wait_to_be_accepted() {
    harness::run("one connection at a time", async {
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
        serve_on(listener, limits);
        let ann = Person::enter(&dialer, "ann").await;
        let mut bob = Box::pin(Person::enter(&dialer, "bob"));
        sleep(Duration::from_secs(5)).await;
        assert!(bob.as_mut().now_or_never().is_none(), "he waits");
        drop(ann);
        bob.await;
    });
}

#[test]
fn an_answer_that_nobody_reads_is_not_waited_for() {
    harness::run("a page larger than the network", async {
        let limits = Limits {
            connections_per_address: 1,
            ..Limits::default()
        };
        let page: String = "x".repeat(1 << 20);
        let town = Town::new(limits, page.leak());
        let mut io = town.dial(1).await;
        io.write_all(GET).await.expect("it reads");
        sleep(Duration::from_millis(9_999)).await;
        let mut early = town.dial(1).await;
        assert_eq!(status(&mut early).await, "HTTP/1.1 429");
        sleep(Duration::from_millis(2)).await;
        let mut next = town.dial(1).await;
        assert_eq!(status(&mut next).await, "HTTP/1.1 200", "its place is free");
    });
}

#[test]
fn the_page_of_chapter_12_is_served_beside_the_chat() {
    harness::run("a browser's first request", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
        tokio::spawn(serve(
            listener,
            Limits::default(),
            Policy::default(),
            chat::pages(),
            from_here,
            std::future::pending(),
        ));
        let mut io = dialer.dial().await.expect("a server");
        assert_eq!(status(&mut io).await, "HTTP/1.1 200");
        Person::enter(&dialer, "ann").await;
    });
}

#[test]
fn a_frame_right_behind_the_request_is_heard() {
    harness::run("a client that does not wait for the 101", async {
        let town = Town::new(Limits::default(), "the page");
        let mut io = town.dial(1).await;
        let hello = br#"{"type":"hello","version":1,"name":"ann"}"#;
        let length = u8::try_from(hello.len()).expect("it is short");
        let mut bytes =
            b"GET /chat HTTP/1.1\r\nHost: chat.test\r\nUpgrade: websocket\r\n\
            Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                .to_vec();
        // The key of this frame is four zeros, which leave every byte as it is.
        bytes.extend([0x81, 0x80 | length, 0, 0, 0, 0]);
        bytes.extend(hello);
        io.write_all(&bytes).await.expect("it reads");
        let mut heard = Vec::new();
        let welcome = br#""type":"welcome""#;
        while !heard.ends_with(welcome) {
            heard.push(io.read_u8().await.expect("a welcome is to come"));
        }
        assert!(heard.starts_with(b"HTTP/1.1 101 "));
    });
}

/// Says goodbye as soon as it hears that the server stops.
async fn until_it_stops(websocket: WebSocket<LinkStream>, visit: Visit) {
    assert_eq!(visit.address, Ipv4Addr::LOCALHOST);
    assert_eq!(visit.parts.uri, "/chat");
    let (mut reader, mut writer) = websocket.split();
    tokio::select! {
        _ = reader.read() => panic!("nobody says anything"),
        () = visit.stopping.cancelled() => {}
    }
    writer.close(CloseCode::GOING_AWAY, "").expect("it is open");
    while reader.read().await.is_some() {}
}

#[test]
fn a_websocket_is_handed_to_whoever_is_to_talk() {
    harness::run("a server that is no chat", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("a server"));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve_websockets(
            listener,
            Entrance {
                router: websocket_route(Policy::default()),
                ..Entrance::default()
            },
            from_here,
            until_it_stops,
            async { drop(stopped.await) },
        ));
        let mut ann = Person::connect(&dialer).await;
        let mut bob = Person::connect(&dialer).await;
        let _silent = dialer.dial().await.expect("a server");
        stop.send(()).expect("it serves");
        for person in [&mut ann, &mut bob] {
            assert_eq!(person.hear_the_end().await.code(), 1001);
        }
        drop((ann, bob));
        serving.await.expect("no panic");
        assert!(dialer.dial().await.is_err(), "nothing is accepted any more");
    });
}
