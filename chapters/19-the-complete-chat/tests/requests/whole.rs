//! A chat for all transports, with its gate open.
#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../whole/open.rs"]
mod open;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::request::Parts;
use backpressure::{Entrance, Limits, Peer, Visit, serve_websockets, websocket_route};
use connection::WebSocket;
use handshake::{Origins, Policy};
use history::{Chat, Farewell, Halls, MemoryLog, WebSocketLine, converse};
use open::serve_openly;
use operations::Plan;
use the_complete_chat::engine::{TungsteniteLine, TungsteniteSockets};
use the_complete_chat::lines::{LineLimits, Lines, RequestLine};
pub(crate) use the_complete_chat::server::Engine;
use the_complete_chat::server::Ways;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wiretap::{Link, LinkDialer, LinkListener, LinkStream, Recorder};

/// Who says nothing more is gone a little sooner than the suite's patience is.
pub(crate) fn line_limits() -> LineLimits {
    LineLimits {
        absence: Duration::from_secs(20),
        ..LineLimits::default()
    }
}

pub(crate) fn anybody() -> Policy {
    Policy {
        origins: Origins::Any,
        ..Policy::default()
    }
}

async fn stopping(token: CancellationToken) -> Farewell {
    token.cancelled().await;
    Farewell::STOPPING
}

/// The whole server as it is started, but for its gate, and the way to it.
pub(crate) fn served(engine: Engine) -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let parts = (MemoryLog::new(halls.clone()), halls);
    let lines = Some(line_limits());
    let ways = Ways { engine, lines };
    // Nobody sends any.
    let (_signal, signals) = mpsc::channel(1);
    tokio::spawn(serve_openly(
        listener,
        parts,
        ways,
        Plan::default(),
        signals,
    ));
    dialer
}

/// Serves the chat over everything there is.
pub(crate) async fn serve(
    listener: LinkListener,
    engine: Engine,
    limits: Arc<Limits>,
    chat: Chat<MemoryLog>,
    shutdown: impl Future<Output = ()>,
) {
    let stop = CancellationToken::new();
    let lines = Lines::new(line_limits(), stop.clone());
    let sockets = TungsteniteSockets::new(Arc::clone(&limits), stop.clone());
    let (by_requests, by_sockets) = (chat.clone(), chat.clone());
    let by_requests = move |line: RequestLine, visit: Visit| {
        converse(line, by_requests, stopping(visit.stopping))
    };
    let by_sockets = move |line: TungsteniteLine, visit: Visit| {
        converse(line, by_sockets, stopping(visit.stopping))
    };
    let websockets = match engine {
        Engine::Handmade => websocket_route(anybody()),
        Engine::Tungstenite => sockets.router(anybody(), address_of, by_sockets),
    };
    let entrance = Entrance {
        limits,
        router: websockets.merge(lines.router(address_of, by_requests)),
        proxies: Vec::new(),
    };
    let from_here = |_: &LinkStream| IpAddr::from(Ipv4Addr::LOCALHOST);
    let talk = |websocket: WebSocket<LinkStream>, visit: Visit| {
        converse(
            WebSocketLine::from(websocket),
            chat,
            stopping(visit.stopping),
        )
    };
    let shutdown = async {
        shutdown.await;
        stop.cancel();
    };
    serve_websockets(listener, entrance, from_here, talk, shutdown).await;
    tokio::join!(lines.ended(), sockets.ended());
}

fn address_of(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<Peer>();
    peer.expect("chapter 13 says where it comes from").0
}
