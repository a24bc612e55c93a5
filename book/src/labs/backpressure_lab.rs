//! The lab of chapter 13: a room with somebody in it whose reading the page stops.
//!
//! A browser always reads, so Carl is a client in this program. His server's side is the
//! chapter's own, with bounds so small that a dozen messages pass them.

mod client;
mod shown;

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use backpressure::{
    Capacity, Entrance, Hub, Limits, Outbox, Visit, converse, converse_through,
    serve_websockets, websocket_route,
};
use connection::Config;
use handshake::{Origins, Policy};
use raw_http::RequestHead;
use tokio::io::{AsyncRead, AsyncWrite, duplex};
use tokio::net::TcpListener;
use tokio::sync::watch;
use wiretap::{Listen, Recorder, Side};

use super::session::Session;
pub(crate) use client::Chance;
pub(crate) use shown::{Order, Overflow, Shown};

/// What may wait for Carl.
const BOUND: Capacity = Capacity {
    frames: 8,
    bytes: 1_000,
};
/// How many bytes the network between him and the server carries until he reads.
const NETWORK: usize = 200;
/// How long he may take to answer a goodbye: time enough for a hand to move to a button.
const GOODBYE: Duration = Duration::from_mins(1);
/// How long the connections may take when the lab ends.
const DRAIN: Duration = Duration::from_secs(1);

/// What Carl does.
#[derive(Debug, Clone, Copy)]
struct Doing {
    /// His how-manieth connection it is.
    visit: u64,
    policy: Overflow,
    reads: bool,
}

/// The room, and Carl in it.
#[derive(Debug)]
pub(crate) struct SlowRoom {
    hub: Arc<Hub>,
    doing: watch::Sender<Doing>,
    shown: watch::Sender<Shown>,
}

impl SlowRoom {
    pub(crate) fn new() -> Self {
        let doing = Doing {
            visit: 1,
            policy: Overflow::Close,
            reads: true,
        };
        Self {
            hub: Hub::new(),
            doing: watch::Sender::new(doing),
            shown: watch::Sender::new(Shown::new(BOUND, doing)),
        }
    }

    /// How it stands with Carl; what it is now is news.
    pub(crate) fn shown(&self) -> watch::Receiver<Shown> {
        let mut shown = self.shown.subscribe();
        shown.mark_changed();
        shown
    }

    /// Tells Carl what to do.
    pub(crate) fn order(&self, recorder: &Recorder, order: Order) {
        match order {
            Order::Read { reads } => {
                let word = if reads { "again" } else { "no more" };
                recorder.note(Side::Client, format!("Carl reads {word}"));
                self.doing.send_modify(|doing| doing.reads = reads);
                self.shown.send_modify(|shown| shown.reads = reads);
            }
            Order::Enter { policy } => {
                recorder.note(Side::Client, "Carl comes in anew");
                self.doing.send_modify(|doing| {
                    doing.visit += 1;
                    doing.policy = policy;
                    doing.reads = true;
                });
            }
        }
    }

    /// Has Carl in the room, over one connection after the other.
    pub(crate) async fn carl(&self, recorder: &Recorder, chance: Chance) -> Infallible {
        let mut orders = self.doing.subscribe();
        loop {
            let doing = *orders.borrow_and_update();
            self.shown.send_replace(Shown::new(BOUND, doing));
            let visit = async {
                self.visit(doing.policy, recorder, chance).await;
                pending().await
            };
            tokio::select! {
                biased;
                // The sender lives in `self`.
                _ = orders.wait_for(|now| now.visit != doing.visit) => {}
                () = visit => {}
            }
        }
    }

    /// One connection of his, both of its ends.
    async fn visit(&self, policy: Overflow, recorder: &Recorder, chance: Chance) {
        let (client, server) = duplex(NETWORK);
        let server = recorder.tap(server, Side::Server);
        tokio::join!(
            self.serve(server, policy),
            self.listen(client, recorder, chance)
        );
    }

    /// The server's end.
    async fn serve<Io: AsyncRead + AsyncWrite + Unpin>(
        &self,
        io: Io,
        policy: Overflow,
    ) {
        let decide = |request: &RequestHead| Policy::default().check(request);
        let config = Config {
            // What is in the connection waits nowhere else.
            max_output: 1,
            close_timeout: GOODBYE,
            ..Config::default()
        };
        let heads = raw_http::Limits::default();
        let accepted = connection::accept(io, &heads, decide, config).await;
        let Ok((websocket, _)) = accepted else {
            return;
        };
        let outbox = Arc::new(Outbox::new(BOUND, policy.into()));
        let (own, hub) = (Arc::clone(&outbox), Arc::clone(&self.hub));
        let limits = Arc::new(Limits::default());
        let mut talk = pin!(converse_through(own, websocket, hub, limits, pending()));
        // Whatever is put into the outbox wakes the conversation, and nobody else takes
        // anything out of it.
        poll_fn(|cx| {
            let polled = talk.as_mut().poll(cx);
            self.look_into(&outbox);
            polled
        })
        .await;
    }

    fn look_into(&self, outbox: &Outbox) {
        let (waiting, overflowed) = (outbox.waiting(), outbox.has_overflowed());
        self.shown.send_if_modified(|shown| {
            let before = (shown.frames, shown.bytes, shown.overflowed);
            (shown.frames, shown.bytes) = (waiting.frames, waiting.bytes);
            shown.overflowed = overflowed;
            before != (waiting.frames, waiting.bytes, overflowed)
        });
    }

    /// The chapter's own server, for the page's windows: `connections` at a time.
    pub(crate) async fn windows<L: Listen>(
        &self,
        listener: L,
        origin: &str,
        connections: usize,
        ended: impl Future<Output = ()>,
    ) {
        let limits = Arc::new(Limits {
            connections,
            connections_per_address: connections,
            drain: DRAIN,
            ..Limits::default()
        });
        let policy = Policy {
            origins: Origins::Only(vec![origin.to_owned()]),
            ..Policy::default()
        };
        let entrance = Entrance {
            limits: Arc::clone(&limits),
            router: websocket_route(policy),
            proxies: Vec::new(),
        };
        let from_here = |_: &L::Io| IpAddr::from(Ipv4Addr::LOCALHOST);
        let hub = Arc::clone(&self.hub);
        let talk = |websocket, visit: Visit| {
            converse(websocket, hub, limits, visit.stopping.cancelled_owned())
        };
        serve_websockets(listener, entrance, from_here, talk, ended).await;
    }
}

impl Session {
    /// The chapter's own chat, tapped, and Carl in its room.
    pub(crate) async fn serve_slow_room(&self, listener: TcpListener, room: &SlowRoom) {
        let tapped = self.recorder.tap_listener(listener);
        let (origin, most) = (self.rules.page_origin(), self.most_connections());
        tokio::select! {
            () = room.windows(tapped, origin, most, self.ended()) => {}
            never = room.carl(&self.recorder, Chance::default()) => match never {},
        }
    }
}
