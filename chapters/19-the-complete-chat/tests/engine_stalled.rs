//! Readers that do not read, and readers that read slowly, over both engines.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use backpressure::{Entrance, Limits, Visit, serve_websockets, websocket_route};
use connection::WebSocket;
use handshake::Policy;
use history::{Line, Told, WebSocketLine};
use the_complete_chat::engine::{TungsteniteLine, TungsteniteSockets};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder, harness};

#[derive(Debug, Clone, Copy)]
enum Engine {
    Handmade,
    Tungstenite,
}

const BOTH: [Engine; 2] = [Engine::Handmade, Engine::Tungstenite];

/// Tells as much as can be told, and then says so.
async fn tells(mut line: impl Line, over: Sender<()>) {
    let told = Told::new(&"x".repeat(1 << 10));
    while line.tell(&told).await.is_ok() {}
    over.send(()).await.expect("the test waits for it");
}

/// Closes at once, and says when the line has ended.
async fn closes(mut line: impl Line, over: Sender<()>) {
    line.close(1008, "go away");
    while line.hear().await.is_some() {}
    over.send(()).await.expect("the test waits for it");
}

/// A server on which each conversation does this.
macro_rules! served {
    ($engine:expr, $converse:ident) => {{
        let (dialer, listener) = Link::new().network(&Recorder::new("a server"));
        let (over, is_over) = channel(1);
        let by_tungstenite = over.clone();
        let limits = Arc::new(Limits::default());
        let sockets =
            TungsteniteSockets::new(Arc::clone(&limits), CancellationToken::new());
        let converse =
            |line: TungsteniteLine, _: Visit| $converse(line, by_tungstenite);
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let router = match $engine {
            Engine::Handmade => websocket_route(Policy::default()),
            Engine::Tungstenite => {
                sockets.router(Policy::default(), move |_| here, converse)
            }
        };
        let entrance = Entrance {
            limits,
            router,
            proxies: Vec::new(),
        };
        let talk = |websocket: WebSocket<LinkStream>, _: Visit| {
            $converse(WebSocketLine::from(websocket), over)
        };
        let never = std::future::pending();
        let from_here = move |_: &LinkStream| here;
        tokio::spawn(serve_websockets(listener, entrance, from_here, talk, never));
        (dialer, is_over)
    }};
}

async fn upgraded(dialer: &LinkDialer) -> LinkStream {
    let mut io = dialer.dial().await.expect("it listens");
    let head = "GET /chat HTTP/1.1\r\nHost: chat.test\r\nUpgrade: websocket\r\n\
                Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    io.write_all(head.as_bytes()).await.expect("it reads");
    let mut status = [0; 12];
    io.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 101");
    io
}

async fn ends(mut is_over: Receiver<()>) {
    is_over.recv().await.expect("it ends");
}

#[test]
fn who_takes_nothing_any_more_is_given_up() {
    for engine in BOTH {
        harness::run(&format!("{engine:?} and a stalled reader"), async move {
            let (dialer, is_over) = served!(engine, tells);
            let _io = upgraded(&dialer).await;
            let start = Instant::now();
            ends(is_over).await;
            // At 20 s it is asked, if there is room for that, and at 40 s it is gone.
            assert_eq!(start.elapsed(), Duration::from_secs(40), "{engine:?}");
        });
    }
}

#[test]
fn who_reads_slowly_is_waited_for() {
    for engine in BOTH {
        harness::run(&format!("{engine:?} and a slow reader"), async move {
            let (dialer, mut is_over) = served!(engine, tells);
            let mut io = upgraded(&dialer).await;
            for _ in 0..40 {
                sleep(Duration::from_secs(15)).await;
                io.read_exact(&mut [0; 100]).await.expect("it goes on");
            }
            assert!(is_over.try_recv().is_err(), "{engine:?}");
        });
    }
}

/// A masked frame without a payload.
const PING: [u8; 6] = [0x89, 0x80, 0, 0, 0, 0];

#[test]
fn who_answers_a_close_with_pings_is_not_waited_for() {
    for engine in BOTH {
        harness::run(&format!("{engine:?} and a peer that stays"), async move {
            let (dialer, is_over) = served!(engine, closes);
            let start = Instant::now();
            let mut io = upgraded(&dialer).await;
            tokio::select! {
                () = ends(is_over) => {}
                () = async {
                    // Until nobody listens any more.
                    while io.write_all(&PING).await.is_ok() {
                        sleep(Duration::from_secs(1)).await;
                    }
                    std::future::pending().await
                } => {}
            }
            let patience = Limits::default().connection.close_timeout;
            assert_eq!(start.elapsed(), patience, "{engine:?}");
        });
    }
}
