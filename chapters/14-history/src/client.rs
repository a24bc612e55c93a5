//! The other end: a client that comes back, and knows where it was.

mod open;
mod state;

use std::fmt;
use std::time::Duration;

use chat::protocol::{MessageId, Name, Room, Text};
use connection::{Config, connect};
use handshake::{Offer, WebSocketUrl};
use tokio::time::{Instant, sleep_until, timeout};
use wiretap::Dial;

use crate::protocol::{ClientMessage, ServerMessage};
use crate::schedule::{Pace, Schedule};
use open::Open;
use state::State;

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// When it comes back.
    pub pace: Pace,
    /// Decides its waits and its ids. Two clients need two of them.
    pub seed: u64,
    /// How long a connection may take to be opened.
    pub connect_deadline: Duration,
    /// How many of its messages may be without an answer.
    pub max_pending: usize,
    /// What its WebSocket allows.
    pub connection: Config,
}

impl Default for ClientOptions {
    /// A seed from the system's generator, 10 s to connect, 256 messages without an answer,
    /// and a server that is asked after 30 s of silence whether it is there.
    fn default() -> Self {
        let connection = Config {
            keepalive: Some(Duration::from_secs(30)),
            ..Config::default()
        };
        Self {
            pace: Pace::default(),
            seed: fastrand::u64(..),
            connect_deadline: Duration::from_secs(10),
            max_pending: 256,
            connection,
        }
    }
}

/// A client of the chat that stays in its rooms, whatever becomes of its connections.
///
/// What is said while there is no connection is sent when there is one, and what has no
/// answer when a connection is cut is sent again, with the same id. Every entry of a room
/// is told once and in order; where some are missing, a `gap` is told in their place.
pub struct Client<D: Dial> {
    dialer: D,
    url: WebSocketUrl,
    options: ClientOptions,
    schedule: Schedule,
    state: State,
    link: Link<D::Io>,
}

enum Link<Io> {
    /// The next attempt begins then.
    Waiting(Instant),
    Open(Box<Open<Io>>),
    /// There will be no further attempt.
    Failed,
}

/// What a client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// There is a connection, and the server knows who this is.
    Connected,
    /// There is none.
    Cut {
        /// Why.
        why: String,
        /// When the next attempt begins.
        wait: Duration,
    },
    /// The server says this.
    Told(ServerMessage),
    /// The server does not take this client, and will not later. There will be no further
    /// attempt.
    Failed(String),
}

/// Too many messages are without an answer. What was to be said is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyPending;

impl fmt::Display for TooManyPending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many messages are without an answer")
    }
}

impl std::error::Error for TooManyPending {}

impl<D: Dial> Client<D> {
    /// A client of the chat at `url`, which is reached through `dialer`. Nothing happens
    /// before the first [`next`](Self::next).
    pub fn new(
        dialer: D,
        url: WebSocketUrl,
        name: Name,
        options: ClientOptions,
    ) -> Self {
        Self {
            dialer,
            url,
            schedule: Schedule::new(options.pace.clone(), options.seed),
            state: State::new(name, options.seed, options.max_pending),
            options,
            link: Link::Waiting(Instant::now()),
        }
    }

    /// Enters a room, and stays in it. With `after`, what came behind that number is told
    /// first.
    pub fn join(&mut self, room: Room, after: Option<u64>) {
        self.state.join(room, after);
    }

    /// Leaves a room.
    pub fn leave(&mut self, room: &Room) {
        self.state.leave(room);
    }

    /// The last number that has been told of a room, from which a later client can go on.
    pub fn cursor(&self, room: &Room) -> Option<u64> {
        self.state.cursor(room)
    }

    /// Says something. It is sent by [`next`](Self::next); the answer is an `accepted` or an
    /// `error` with the id that this gives.
    ///
    /// # Errors
    ///
    /// When too many messages are without an answer.
    pub fn say(&mut self, room: Room, text: Text) -> Result<MessageId, TooManyPending> {
        self.state.say(room, text)
    }

    /// Changes what was said, as [`say`](Self::say) does it.
    ///
    /// # Errors
    ///
    /// As `say`.
    pub fn edit(
        &mut self,
        room: Room,
        seq: u64,
        text: Text,
    ) -> Result<MessageId, TooManyPending> {
        self.state.edit(room, seq, text)
    }

    /// Takes back what was said, as [`say`](Self::say) does it.
    ///
    /// # Errors
    ///
    /// As `say`.
    pub fn delete(
        &mut self,
        room: Room,
        seq: u64,
    ) -> Result<MessageId, TooManyPending> {
        self.state.delete(room, seq)
    }

    /// Asks for something that is worth nothing later: a page, a search, that somebody is
    /// typing. It is sent if there is a connection, once.
    pub fn ask(&mut self, message: &ClientMessage) {
        self.state.ask(message);
    }

    /// How many messages are without an answer.
    pub fn pending(&self) -> usize {
        self.state.pending()
    }

    /// The next thing to tell; `None` after a [`Notice::Failed`]. It has to be called all
    /// the time: it also connects, sends, and answers pings.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is lost and nothing told twice. An attempt to connect is given up, and
    /// the next call makes another.
    pub async fn next(&mut self) -> Option<Notice> {
        loop {
            match &mut self.link {
                Link::Failed => return None,
                Link::Waiting(due) => {
                    sleep_until(*due).await;
                    match self.open().await {
                        Ok(open) => self.link = Link::Open(Box::new(open)),
                        Err(why) => return Some(self.wait(why)),
                    }
                }
                Link::Open(open) => {
                    let Some(text) = open.exchange(&mut self.state).await else {
                        self.schedule.connected_for(open.lasted());
                        let why = open.end();
                        return Some(self.wait(why));
                    };
                    if let Some(notice) = self.hear(&text) {
                        return Some(notice);
                    }
                }
            }
        }
    }

    async fn open(&mut self) -> Result<Open<D::Io>, String> {
        let config = self.options.connection.clone();
        let offer = Offer::new(&self.url);
        let attempt = async {
            let io = self
                .dialer
                .dial()
                .await
                .map_err(|error| error.to_string())?;
            let opened = connect(io, offer, config).await;
            opened.map_err(|error| error.to_string())
        };
        let attempt = timeout(self.options.connect_deadline, attempt).await;
        let (websocket, _agreed) = attempt.map_err(|_| "no answer in time")??;
        self.state.opened();
        Ok(Open::new(websocket))
    }

    /// There is no connection: when is the next attempt?
    fn wait(&mut self, why: String) -> Notice {
        let wait = self.schedule.next();
        self.link = Link::Waiting(Instant::now() + wait);
        Notice::Cut { why, wait }
    }

    fn hear(&mut self, text: &str) -> Option<Notice> {
        let message = match ServerMessage::parse(text) {
            Ok(message) => message?,
            Err(error) => return Some(self.wait(format!("not the chat: {error}"))),
        };
        match self.state.hear(message) {
            Ok(None) => None,
            Ok(Some(Notice::Failed(why))) => {
                self.link = Link::Failed;
                Some(Notice::Failed(why))
            }
            Ok(Some(notice)) => Some(notice),
            Err(why) => Some(self.wait(why)),
        }
    }
}

impl<D: Dial> fmt::Debug for Client<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
