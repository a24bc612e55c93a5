//! A server, from its first connection to its last.

use std::net::IpAddr;

use axum::Router;
use backpressure::{Entrance, Visit, serve_websockets};
use connection::WebSocket;
use gatekeeping::{Client, Held};
use history::{FanOut, Gate, RoomLog, WebSocketLine};
use ipnet::IpNet;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use wiretap::Listen;

use crate::conversations::Conversations;
use crate::http::watched;

/// How a server has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Everybody was told, and has gone.
    Drained,
    /// So many had not gone in time, and were cut off.
    Late(usize),
    /// A second signal came: everybody was cut off.
    AtOnce,
}

/// What a server answers over HTTP.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Whatever begins something, `/chat` among it. While the server drains, it is answered
    /// 503.
    pub router: Router,
    /// The requests that conversations are made of, where they are: as long as there is one
    /// of those, they are answered.
    pub conversing: Router,
    /// The proxies in front of this server, whose connections are not counted by address.
    pub proxies: Vec<IpNet>,
}

impl From<Router> for Site {
    /// Without proxies, and without conversations that are made of requests.
    fn from(router: Router) -> Self {
        Self {
            router,
            ..Self::default()
        }
    }
}

/// Serves until the first of the `signals`, and then drains: whoever comes is told 503, and
/// the conversations are ended one after the other, as [`Drain`](crate::Drain) says. Meanwhile
/// it listens, and answers. A second signal ends it at once.
///
/// # Cancel safety
///
/// To drop it is to cut everybody off. What was acknowledged is durable all the same.
pub async fn serve<N: Listen, L: RoomLog, F: FanOut, G: Gate>(
    listener: N,
    site: Site,
    conversations: Conversations<L, F, G>,
    address_of: impl Fn(&N::Io) -> IpAddr,
    signals: mpsc::Receiver<&'static str>,
) -> Ended {
    let proxies = site.proxies.clone();
    let entrance = Entrance {
        limits: conversations.limits().clone(),
        router: watched(site, conversations.drain(), conversations.metrics()),
        proxies,
    };
    let gone = CancellationToken::new();
    let ending = end(conversations.clone(), signals, &gone);
    let converse = |websocket: WebSocket<N::Io>, mut visit: Visit| {
        // Of the request only this is kept for hours: where it came from, and its place among
        // those of a proxy.
        let client = visit.parts.extensions.get::<Client>();
        let address = client.map_or(visit.address, |client| client.0);
        let place = visit.parts.extensions.remove::<Held>();
        let line = WebSocketLine::from(websocket);
        let held = conversations.hold(line, "websocket", address, visit.stopping);
        async move {
            held.await;
            drop(place);
        }
    };
    let shutdown = gone.cancelled();
    tokio::select! {
        () = serve_websockets(listener, entrance, address_of, converse, shutdown) => {
            Ended::Drained
        }
        ended = ending => ended,
    }
}

/// Waits for a signal and drains. Resolves only if the end is not to be waited for.
async fn end<L: RoomLog, F: FanOut, G: Gate>(
    conversations: Conversations<L, F, G>,
    mut signals: mpsc::Receiver<&'static str>,
    gone: &CancellationToken,
) -> Ended {
    let signal = next(&mut signals).await;
    let drain = conversations.drain();
    info!(signal, conversations = drain.conversations(), "draining");
    conversations.metrics().draining();
    let drained = tokio::select! {
        drained = drain.run() => drained,
        signal = next(&mut signals) => return at_once(signal),
    };
    if drained.left > 0 {
        warn!(left = drained.left, "cut off: they have not gone in time");
        return Ended::Late(drained.left);
    }
    info!(conversations = drained.open, "drained");
    gone.cancel();
    // The last requests are answered.
    at_once(next(&mut signals).await)
}

fn at_once(signal: &'static str) -> Ended {
    warn!(signal, "a second signal: everybody is cut off");
    Ended::AtOnce
}

/// The next signal. When nobody can send one any more, there is none.
async fn next(signals: &mut mpsc::Receiver<&'static str>) -> &'static str {
    match signals.recv().await {
        Some(signal) => signal,
        None => std::future::pending().await,
    }
}
