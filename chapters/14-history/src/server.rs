//! The chat behind chapter 13's entrance.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use backpressure::{Entrance, Limits, Visit, serve_websockets, websocket_route};
use chat::protocol::{ErrorCode, Problem as OneProblem, close};
use connection::WebSocket;
use handshake::Policy;
use tokio::time::timeout;
use wiretap::Listen;

use crate::error::LogError;
use crate::fan_out::FanOut;
use crate::gate::{Gate, Open, Order};
use crate::hall::Halls;
use crate::line::{Line, WebSocketLine};
use crate::log::RoomLog;
use crate::protocol::Problem;
use crate::session::Session;

/// A chat whose rooms remember. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Chat<L, F = Halls, G = Open> {
    pub(crate) log: L,
    pub(crate) fan_out: F,
    pub(crate) gate: G,
    pub(crate) limits: Arc<Limits>,
    report: Arc<dyn Fn(&LogError) + Send + Sync>,
}

impl<L: RoomLog, F: FanOut> Chat<L, F> {
    /// A chat over a log whose [`Audience`](crate::Audience) tells `fan_out` what is added.
    /// Its gate stands [open](Open).
    pub fn new(log: L, fan_out: F) -> Self {
        Self {
            log,
            fan_out,
            gate: Open,
            limits: Arc::default(),
            report: Arc::new(|_: &LogError| {}),
        }
    }
}

impl<L, F, G> Chat<L, F, G> {
    /// With a gate that asks who comes.
    #[must_use]
    pub fn guarded<H: Gate>(self, gate: H) -> Chat<L, F, H> {
        let Self {
            log,
            fan_out,
            limits,
            report,
            ..
        } = self;
        Chat {
            log,
            fan_out,
            gate,
            limits,
            report,
        }
    }

    /// With other limits than chapter 13's for what a connection may cost. There is no
    /// outbox here, and what becomes of a slow reader is not for a policy to say: it goes on
    /// from the log.
    #[must_use]
    pub fn limited(mut self, limits: Limits) -> Self {
        self.limits = Arc::new(limits);
        self
    }

    /// What a connection may cost.
    pub fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// Tells the operator what is wrong with the log. A client is told only that it is to
    /// try again: where the file lies is none of its business.
    #[must_use]
    pub fn reporting(
        mut self,
        report: impl Fn(&LogError) + Send + Sync + 'static,
    ) -> Self {
        self.report = Arc::new(report);
        self
    }

    /// Reports what is wrong with the log, and gives what a client is told.
    pub(crate) fn unavailable(&self, error: &LogError) -> Problem {
        (self.report)(error);
        let text = match error {
            LogError::SlowSearch(_) => {
                "there is too much to look through; look for rarer words"
            }
            _ => "the server cannot do that now; try again later",
        };
        OneProblem::new(ErrorCode::Unavailable, text).into()
    }
}

impl<L, F, G> fmt::Debug for Chat<L, F, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat").finish_non_exhaustive()
    }
}

/// Serves the chat at `/chat`, and whatever else `pages` has, until `shutdown` resolves.
/// `address_of` says where a connection comes from: of those of one address there are only
/// so many. At the shutdown every client is told 1001; what has not ended after
/// [`Limits::drain`] is cut off.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. What was acknowledged is
/// durable all the same.
pub async fn serve<N: Listen, L: RoomLog, F: FanOut, G: Gate>(
    listener: N,
    chat: Chat<L, F, G>,
    policy: Policy,
    pages: Router,
    address_of: impl Fn(&N::Io) -> IpAddr,
    shutdown: impl Future<Output = ()>,
) {
    let entrance = Entrance {
        limits: Arc::clone(&chat.limits),
        router: websocket_route(policy).merge(pages),
        proxies: Vec::new(),
    };
    let talk = |websocket: WebSocket<N::Io>, visit: Visit| {
        let stopping = visit.stopping;
        converse(WebSocketLine::from(websocket), chat, async move {
            stopping.cancelled().await;
            Farewell::STOPPING
        })
    };
    serve_websockets(listener, entrance, address_of, talk, shutdown).await;
}

/// With which words a server ends a conversation of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Farewell {
    /// A code of RFC 6455 §7.4.
    pub code: u16,
    /// For people, at most 123 bytes.
    pub reason: &'static str,
}

impl Farewell {
    /// The server stops.
    pub const STOPPING: Self = Self {
        code: 1001,
        reason: "the server stops",
    };
}

/// One client's conversation, from the hello to the end of its line. When `stop` resolves,
/// it is over, and the client is told so.
///
/// # Cancel safety
///
/// To drop it is to drop the line, and to leave the rooms. What was acknowledged is durable
/// all the same.
pub async fn converse<T: Line, L: RoomLog, F: FanOut, G: Gate>(
    line: T,
    chat: Chat<L, F, G>,
    stop: impl Future<Output = Farewell>,
) {
    let mut session = Session::new(line, chat);
    let farewell = tokio::select! {
        biased;
        farewell = stop => Some(farewell),
        () = talk(&mut session) => None,
    };
    if let Some(Farewell { code, reason }) = farewell {
        session.line.close(code, reason);
    }
    session.line.end().await;
}

/// What a session does next.
enum Next<R> {
    Order(Order),
    News(R),
    Text(Option<String>),
}

/// Waits for the hello, and then listens and tells, until one of both is over. Wherever it
/// is dropped, the client has been told what it has been told.
async fn talk<T: Line, L: RoomLog, F: FanOut, G: Gate>(
    session: &mut Session<T, L, F, G>,
) {
    let deadline = session.chat.limits.handshake;
    let mut guest = match timeout(deadline, session.greet()).await {
        Ok(Some(guest)) => guest,
        Ok(None) => return,
        Err(_late) => return session.line.close(close::NO_HELLO, "no hello came"),
    };
    let bell = Arc::clone(&guest.bell);
    loop {
        let Session { chat, line, .. } = &mut *session;
        let next = async {
            tokio::select! {
                rooms = bell.rung() => Next::News(rooms),
                text = line.hear() => Next::Text(text),
            }
        };
        // Who may not be here any more is heard no more, and told no more.
        let next = tokio::select! {
            biased;
            order = chat.gate.order(&mut guest.pass) => Next::Order(order),
            next = next => next,
        };
        let told = match next {
            Next::Order(order) => session.obey(&mut guest, order).await,
            Next::News(rooms) => session.tell_news(&mut guest, rooms).await,
            Next::Text(Some(text)) => session.hear(&mut guest, &text).await,
            Next::Text(None) => return,
        };
        if told.is_err() {
            return;
        }
    }
}
