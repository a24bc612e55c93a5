//! A chat for all transports: chapter 14's, with its gate open.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::http::request::Parts;
use backpressure::{Entrance, Peer, Visit, serve_websockets, websocket_route};
use connection::WebSocket;
use handshake::{Origins, Policy};
use history::{Chat, Farewell, Halls, MemoryLog, WebSocketLine, converse};
use the_complete_chat::lines::{LineLimits, Lines, RequestLine};
use tokio_util::sync::CancellationToken;
use wiretap::{Link, LinkDialer, LinkListener, LinkStream, Recorder};

/// Who says nothing more is gone a little sooner than the suite's patience is.
pub(crate) fn limits() -> LineLimits {
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

/// A server, and the way to it.
pub(crate) fn served(link: &Link) -> LinkDialer {
    let (dialer, listener) = link.network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
    tokio::spawn(serve(listener, chat, std::future::pending()));
    dialer
}

/// Serves the chat over everything there is.
pub(crate) async fn serve(
    listener: LinkListener,
    chat: Chat<MemoryLog>,
    shutdown: impl Future<Output = ()>,
) {
    let stop = CancellationToken::new();
    let lines = Lines::new(limits(), stop.clone());
    let over_requests = chat.clone();
    let talk = move |line: RequestLine, visit: Visit| {
        converse(line, over_requests, stopping(visit.stopping))
    };
    let address_of = |parts: &Parts| {
        let peer = parts.extensions.get::<Peer>().expect("chapter 13 says it");
        peer.0
    };
    let entrance = Entrance {
        router: websocket_route(anybody()).merge(lines.router(address_of, talk)),
        ..Entrance::default()
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
    lines.ended().await;
}
