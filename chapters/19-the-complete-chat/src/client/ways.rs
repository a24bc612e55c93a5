//! The ways to the chat.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use connection::Config;
use gatekeeping::api::Secret;
use gatekeeping::protocol::{ClientMessage, Hello};
use handshake::WebSocketUrl;
use history::{Connect, Failure, Socket};
use tokio::time::timeout;
use wiretap::Dial;

use super::account::Account;
use super::carried::OpenLine;
use super::events::streamed;
use super::http::Http;
use super::polls::polled;
use super::way::{AnyLine, Way};

/// How long one way may take to be opened, where there is another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a connection is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// A WebSocket.
    WebSocket,
    /// Server-sent events, and POST.
    Events,
    /// Long polling, and POST.
    Polls,
}

impl Transport {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::WebSocket, Self::Events, Self::Polls];
}

/// Connections of somebody who is signed in: each begins with a ticket of its own.
pub struct Ways<D> {
    account: Arc<Account<D>>,
    dialer: D,
    url: WebSocketUrl,
    transports: Vec<Transport>,
    config: Config,
    /// The place of the one that is tried first.
    first: Arc<AtomicUsize>,
}

impl<D: Dial + Clone> Ways<D> {
    /// The ways to the chat whose WebSocket is at `url`. They are tried in this order, from
    /// the one on that has worked last. When none of those works, the next attempt begins
    /// with the first. One that could be opened and has brought nothing has not worked.
    pub fn new(
        account: Arc<Account<D>>,
        dialer: D,
        url: WebSocketUrl,
        transports: impl Into<Vec<Transport>>,
        config: Config,
    ) -> Self {
        Self {
            account,
            dialer,
            url,
            transports: transports.into(),
            config,
            first: Arc::default(),
        }
    }

    fn watched(&self, line: AnyLine<D::Io>, place: usize) -> Way<D::Io> {
        let first = Arc::clone(&self.first);
        Way::new(line, first, place, (place + 1) % self.transports.len())
    }

    /// How long it may take to open a connection over one of them: for
    /// [`connect_deadline`](history::ClientOptions::connect_deadline).
    pub fn deadline(&self) -> Duration {
        PATIENCE * u32::try_from(self.transports.len() + 1).unwrap_or(u32::MAX)
    }

    async fn open(&self, transport: Transport) -> Result<AnyLine<D::Io>, Failure> {
        if transport == Transport::WebSocket {
            let config = self.config.clone();
            let socket = Socket::open(&self.dialer, &self.url, config).await?;
            return Ok(AnyLine::Socket(socket));
        }
        let host = self.url.authority();
        let http = || Http::new(self.dialer.clone(), host.clone());
        let line = OpenLine::open(http()).await?;
        Ok(AnyLine::Carried(match transport {
            Transport::Polls => polled(line, http()),
            Transport::Events | Transport::WebSocket => {
                streamed(line, self.dialer.clone(), &host).await?
            }
        }))
    }
}

impl<D: Dial + Clone> Connect for Ways<D> {
    type Line = Way<D::Io>;

    /// The server answers requests, or there would be no ticket: whatever then cannot be
    /// opened is blocked on the way, and the next is tried with the same ticket.
    async fn connect(&self) -> Result<(Self::Line, String), Failure> {
        let ticket = self.account.ticket().await?;
        let first = self.first.load(Ordering::Relaxed);
        let mut failure = Failure::Final("there is no way to the chat".to_owned());
        for place in first..self.transports.len() {
            let opened = timeout(PATIENCE, self.open(self.transports[place])).await;
            let late = |_| Err(Failure::Temporary("no answer in time".to_owned()));
            match opened.unwrap_or_else(late) {
                Ok(line) => return Ok((self.watched(line, place), hello(ticket))),
                Err(why) => failure = why,
            }
        }
        self.first.store(0, Ordering::Relaxed);
        Err(failure)
    }
}

fn hello(ticket: Secret) -> String {
    ClientMessage::Hello(Hello::new(ticket)).to_json()
}

impl<D> fmt::Debug for Ways<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ways")
            .field("url", &self.url)
            .field("transports", &self.transports)
            .finish_non_exhaustive()
    }
}

/// There is no transport with this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownTransport;

impl fmt::Display for UnknownTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the transports are websocket, events and polls")
    }
}

impl std::error::Error for UnknownTransport {}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "websocket",
            Self::Events => "events",
            Self::Polls => "polls",
        })
    }
}

impl FromStr for Transport {
    type Err = UnknownTransport;

    fn from_str(text: &str) -> Result<Self, UnknownTransport> {
        let mut all = Self::ALL.into_iter();
        all.find(|it| it.to_string() == text)
            .ok_or(UnknownTransport)
    }
}
