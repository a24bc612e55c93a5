//! Handshakes in the same moment.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use backpressure::{Entrance, Limits, Visit, serve_websockets};
use connection::WebSocket;
use handshake::Policy;
use history::Line as _;
use the_complete_chat::engine::{TungsteniteLine, TungsteniteSockets};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Barrier;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wiretap::{Dial as _, Link, LinkDialer, LinkStream, Recorder};

const HEAD: &str = "GET /chat HTTP/1.1\r\nHost: chat.test\r\nUpgrade: websocket\r\n\
                    Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// So many come at once.
const CROWD: usize = 8;

/// A server that has room for one WebSocket, and for the requests of a crowd.
fn served() -> (LinkDialer, JoinHandle<()>) {
    let (dialer, listener) = Link::new().network(&Recorder::new("a crowd"));
    let limits = Limits {
        connections: 1,
        connections_per_address: CROWD,
        ..Limits::default()
    };
    let sockets = TungsteniteSockets::new(Arc::new(limits), CancellationToken::new());
    let here = IpAddr::from(Ipv4Addr::LOCALHOST);
    let converse = async |mut line: TungsteniteLine, _: Visit| {
        while line.hear().await.is_some() {}
    };
    let entrance = Entrance {
        limits: Arc::default(),
        router: sockets.router(Policy::default(), move |_| here, converse),
        proxies: Vec::new(),
    };
    let nobody = async |_: WebSocket<LinkStream>, _: Visit| {};
    let (from_here, never) = (move |_: &LinkStream| here, std::future::pending());
    let serving = serve_websockets(listener, entrance, from_here, nobody, never);
    (dialer, tokio::spawn(serving))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_crowd_that_comes_at_once_as_many_are_let_in_as_there_is_room_for() {
    for _ in 0..100 {
        let (dialer, serving) = served();
        let barrier = Arc::new(Barrier::new(CROWD));
        let come = async |dialer: LinkDialer, barrier: Arc<Barrier>| {
            let mut io = dialer.dial().await.expect("it listens");
            barrier.wait().await;
            io.write_all(HEAD.as_bytes()).await.expect("it reads");
            let mut status = [0; 12];
            io.read_exact(&mut status).await.expect("an answer");
            (status, io)
        };
        let crowd =
            [(); CROWD].map(|()| tokio::spawn(come(dialer.clone(), barrier.clone())));
        let mut answers = Vec::new();
        for one in crowd {
            answers.push(one.await.expect("no panic"));
        }
        let let_in = answers.iter().filter(|(it, _)| it == b"HTTP/1.1 101");
        assert_eq!(let_in.count(), 1);
        serving.abort();
    }
}
