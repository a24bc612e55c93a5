//! The server: every way in leads to the same conversations.

mod running;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::http::request::Parts;
use backpressure::{Peer, Visit, websocket_route};
use gatekeeping::{Client, guard, policy};
use handshake::Policy;
use history::{FanOut, Gate, RoomLog};
use operations::{Conversations, Service, Site};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::app;
use crate::engine::{TungsteniteLine, TungsteniteSockets};
use crate::lines::{LineLimits, Lines, RequestLine};

pub use running::Running;

/// What holds in this program where an operator says nothing.
pub const DEFAULTS: &[(&str, &str)] = &[
    ("listen", "127.0.0.1:3019"),
    ("admin", "127.0.0.1:9019"),
    // As many as `app::ROOMS`.
    ("limits.rooms", "40"),
];

/// Whose WebSockets are under the chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// Chapter 9's.
    #[default]
    Handmade,
    /// axum's, which are tungstenite's.
    Tungstenite,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handmade => "handmade",
            Self::Tungstenite => "tungstenite",
        })
    }
}

/// The ways in.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// Whose WebSockets are at `/chat`.
    pub engine: Engine,
    /// What lines may cost that are made of requests; `None` if there are none. How many there
    /// may be, in all and from one address, is said by the limits of connections.
    pub lines: Option<LineLimits>,
}

impl Default for Ways {
    /// All of them, with the better engine.
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            lines: Some(LineLimits::default()),
        }
    }
}

impl Ways {
    /// The whole site: these ways, the API, and the app, behind chapter 15's guard.
    pub fn site(&self, service: &Service) -> Site {
        let (keeper, conversations) = (&service.keeper, &service.conversations);
        let settings = keeper.settings();
        let per_address = conversations.limits().connections_per_address;
        let guarded = |router| guard(router, settings, per_address);
        let Site {
            router, conversing, ..
        } = self.open(conversations, policy(settings));
        let rest = gatekeeping::router(keeper.clone()).merge(app::router());
        Site {
            router: guarded(router.merge(rest)),
            conversing: guarded(conversing),
            ..Site::default()
        }
    }

    /// These ways alone, before whatever gate the conversations have. `policy` says which
    /// pages may open a WebSocket.
    pub fn open<L: RoomLog, F: FanOut, G: Gate>(
        &self,
        conversations: &Conversations<L, F, G>,
        policy: Policy,
    ) -> Site {
        let held = Holding::new(conversations);
        let websockets = match self.engine {
            Engine::Handmade => websocket_route(policy),
            Engine::Tungstenite => held.tungstenite(policy),
        };
        match self.lines {
            None => websockets.into(),
            Some(limits) => {
                let all = conversations.limits();
                let limits = LineLimits {
                    lines: all.connections,
                    lines_per_address: all.connections_per_address,
                    ..limits
                };
                let lines = Lines::new(limits, CancellationToken::new());
                Site {
                    router: websockets.merge(held.opening(&lines)),
                    conversing: lines.conversing(),
                    ..Site::default()
                }
            }
        }
    }
}

/// Who holds the conversations that are not the entrance's own. When the site is dropped, and
/// this with it, they are cut off.
#[derive(Clone)]
struct Holding<L, F, G> {
    conversations: Conversations<L, F, G>,
    cut: CancellationToken,
    _guard: Arc<DropGuard>,
}

impl<L: RoomLog, F: FanOut, G: Gate> Holding<L, F, G> {
    fn new(conversations: &Conversations<L, F, G>) -> Self {
        let cut = CancellationToken::new();
        Self {
            conversations: conversations.clone(),
            _guard: Arc::new(cut.clone().drop_guard()),
            cut,
        }
    }

    fn tungstenite(&self, policy: Policy) -> Router {
        let (limits, stopping) = (
            Arc::clone(self.conversations.limits()),
            CancellationToken::new(),
        );
        let this = self.clone();
        TungsteniteSockets::new(limits, stopping).router(
            policy,
            address_of,
            move |line: TungsteniteLine, visit: Visit| {
                this.hold(line, "websocket", &visit)
            },
        )
    }

    fn opening(&self, lines: &Lines) -> Router {
        let this = self.clone();
        lines.opening(address_of, move |line: RequestLine, visit: Visit| {
            this.hold(line, "requests", &visit)
        })
    }

    /// A conversation, which does not hold what is held.
    fn hold<T: history::Line>(
        self,
        line: T,
        way: &'static str,
        visit: &Visit,
    ) -> impl Future<Output = ()> + Send + use<T, L, F, G> {
        let Self {
            conversations, cut, ..
        } = self;
        let stopping = visit.stopping.clone();
        let conversation = conversations.hold(line, way, visit.address, stopping);
        async move {
            cut.run_until_cancelled_owned(conversation).await;
        }
    }
}

/// Where a request comes from, as far as it is known.
fn address_of(parts: &Parts) -> IpAddr {
    let client = parts.extensions.get().map(|Client(address)| *address);
    let peer = || parts.extensions.get().map(|Peer(address)| *address);
    client.or_else(peer).unwrap_or(Ipv4Addr::UNSPECIFIED.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_the_app_may_be_in_all_its_rooms() {
        let rooms = app::ROOMS.to_string();
        assert!(DEFAULTS.contains(&("limits.rooms", &*rooms)));
    }
}
