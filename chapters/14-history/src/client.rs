//! The other end: a client that comes back, and knows where it was.

mod open;
mod options;
mod queue;
mod rooms;
mod state;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chat::protocol::{MessageId, Name, Room, Text};
use connection::{WebSocket, connect};
use handshake::{Offer, WebSocketUrl};
use tokio::time::{Instant, sleep_until, timeout};
use wiretap::Dial;

use crate::protocol::{ClientMessage, Delete, Edit, Say, ServerMessage};
use crate::schedule::Schedule;
use open::Open;
pub use options::ClientOptions;
use state::State;

/// A client of the chat that stays in its rooms, whatever becomes of its connections.
///
/// What is said while there is no connection is sent when there is one, and what has no
/// answer when a connection is cut is sent again, with the same id. What is said in a room
/// arrives there in the order in which it was said: each message leaves when the one before
/// it has its answer. What the server cannot do now, a join included, it is asked for again
/// after five seconds; the `error` is told all the same. Every entry of a room is told once
/// and in order; where some are missing, a `gap` is told in their place.
pub struct Client<D: Dial> {
    dialer: Arc<D>,
    url: WebSocketUrl,
    options: ClientOptions,
    schedule: Schedule,
    state: State,
    link: Link<D::Io>,
}

enum Link<Io> {
    /// The next attempt begins then.
    Waiting(Instant),
    /// It is kept here, and not in the future of `next`, which may be dropped at any time.
    Opening(Attempt<Io>),
    Open(Box<Open<Io>>),
    /// There will be no further attempt.
    Failed,
}

/// An attempt to connect: a WebSocket, or why there is none.
type Attempt<Io> = Pin<Box<dyn Future<Output = Result<WebSocket<Io>, String>> + Send>>;

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
            dialer: Arc::new(dialer),
            url,
            schedule: Schedule::new(options.pace.clone(), options.seed),
            state: State::new(name, options.seed, options.max_pending, options.rate),
            options,
            link: Link::Waiting(Instant::now()),
        }
    }

    /// Enters a room, and stays in it. With `after`, what came behind that number is told
    /// first.
    pub fn join(&mut self, room: Room, after: Option<u64>) {
        self.state.join(room, after);
    }

    /// Leaves a room, when all that was said in it has an answer.
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
        self.state.post(room.clone(), |id| {
            ClientMessage::Say(Say { room, text, id })
        })
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
        self.state.post(room.clone(), |id| {
            ClientMessage::Edit(Edit {
                room,
                seq,
                text,
                id,
            })
        })
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
        self.state.post(room.clone(), |id| {
            ClientMessage::Delete(Delete { room, seq, id })
        })
    }

    /// Asks for something that is worth nothing later: a page, a search, that somebody is
    /// typing. It is sent once, if there is a connection, and fewer than
    /// [`max_pending`](ClientOptions::max_pending) messages wait to be sent.
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
    /// Safe: nothing is lost and nothing told twice. An attempt to connect goes on with
    /// the next call, and its deadline with it.
    pub async fn next(&mut self) -> Option<Notice> {
        loop {
            match &mut self.link {
                Link::Failed => return None,
                Link::Waiting(due) => {
                    sleep_until(*due).await;
                    self.link = Link::Opening(Box::pin(self.attempt()));
                }
                Link::Opening(attempt) => match attempt.await {
                    Ok(websocket) => {
                        self.state.opened();
                        self.link = Link::Open(Box::new(Open::new(websocket)));
                    }
                    Err(why) => return Some(self.wait(why)),
                },
                Link::Open(open) => {
                    let Some(text) = open.exchange(&mut self.state).await else {
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

    /// Dials, and opens a WebSocket.
    fn attempt(
        &self,
    ) -> impl Future<Output = Result<WebSocket<D::Io>, String>> + Send + use<D> {
        let dialer = Arc::clone(&self.dialer);
        let offer = Offer::new(&self.url);
        let config = self.options.connection.clone();
        let deadline = self.options.connect_deadline;
        let opened = async move {
            let io = dialer.dial().await.map_err(|error| error.to_string())?;
            let opened = connect(io, offer, config).await;
            let (websocket, _agreed) = opened.map_err(|error| error.to_string())?;
            Ok(websocket)
        };
        async move {
            let opened = timeout(deadline, opened).await;
            opened.unwrap_or_else(|_late| Err("no answer in time".to_owned()))
        }
    }

    /// There is no connection any more, however it ended: when is the next attempt?
    fn wait(&mut self, why: String) -> Notice {
        if let Link::Open(open) = &self.link {
            self.schedule.connected_for(open.lasted());
        }
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
