//! The other end: a client that comes back, and knows where it was.

mod connect;
mod notice;
mod options;
mod queue;
mod rooms;
mod socket;
mod state;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chat::protocol::{MessageId, Name, Room, Text};
use handshake::WebSocketUrl;
use tokio::time::{Instant, sleep_until, timeout};
use wiretap::Dial;

use crate::protocol::{ClientMessage, Delete, Edit, Say, ServerMessage};
use crate::schedule::Schedule;
pub use connect::{ClientLine, Connect, Exchanged, Failure};
pub use notice::{Notice, TooManyPending};
pub use options::ClientOptions;
pub use socket::{Socket, Sockets};
use state::State;

/// A client of the chat that stays in its rooms, whatever becomes of its connections.
///
/// What is said while there is no connection is sent when there is one, and what has no
/// answer when a connection is cut is sent again, with the same id. What is said in a room
/// arrives there in the order in which it was said: each message leaves when the one before
/// it has its answer. What the server cannot do now, a join included, it is asked for again
/// after five seconds; the `error` is told all the same. Every entry of a room is told once
/// and in order; where some are missing, a `gap` is told in their place.
///
/// What its connections are made of, a [`Connect`] decides.
pub struct Client<C: Connect> {
    connect: Arc<C>,
    connect_deadline: Duration,
    schedule: Schedule,
    state: State,
    link: Link<C::Line>,
}

enum Link<L> {
    /// The next attempt begins then.
    Waiting(Instant),
    /// It is kept here, and not in the future of `next`, which may be dropped at any time.
    Opening(Attempt<L>),
    /// It has been open since then.
    Open(Box<L>, Instant),
    /// There will be no further attempt.
    Failed,
}

/// An attempt to connect: a connection and the hello for it, or why there is none.
type Attempt<L> = Pin<Box<dyn Future<Output = Result<(L, String), Failure>> + Send>>;

impl<D: Dial> Client<Sockets<D>> {
    /// A client of the chat at `url`, which is reached through `dialer`. Nothing happens
    /// before the first [`next`](Self::next).
    pub fn new(
        dialer: D,
        url: WebSocketUrl,
        name: Name,
        options: ClientOptions,
    ) -> Self {
        let config = options.connection.clone();
        Self::over(Sockets::new(dialer, url, name, config), options)
    }
}

impl<C: Connect> Client<C> {
    /// A client whose connections are made by `connect`. Nothing happens before the first
    /// [`next`](Self::next).
    pub fn over(connect: C, options: ClientOptions) -> Self {
        Self {
            connect: Arc::new(connect),
            connect_deadline: options.connect_deadline,
            schedule: Schedule::new(options.pace, options.seed),
            state: State::new(options.seed, options.max_pending, options.rate),
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

    /// Says something with an id of one's own: whoever does not know whether it was said
    /// before, by an earlier client perhaps, says it with the same id, and it is there once.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn say_as(
        &mut self,
        id: MessageId,
        room: Room,
        text: Text,
    ) -> Result<(), TooManyPending> {
        let say = Say {
            room: room.clone(),
            text,
            id: id.clone(),
        };
        self.state.post_as(id, room, ClientMessage::Say(say))
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

    /// How the server has welcomed this client last, as JSON: a later version of the
    /// protocol says more there than version 2 does.
    pub fn welcome(&self) -> Option<&str> {
        self.state.welcome()
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
                    self.link = Link::Opening(self.attempt());
                }
                Link::Opening(attempt) => match attempt.await {
                    Ok((line, hello)) => {
                        self.state.opened(hello);
                        self.link = Link::Open(Box::new(line), Instant::now());
                    }
                    Err(failure) => return Some(self.ended(failure)),
                },
                Link::Open(line, _) => {
                    let notice = match exchange(&mut **line, &mut self.state).await {
                        Ok(text) => self.hear(text),
                        Err(failure) => Some(self.ended(failure)),
                    };
                    if notice.is_some() {
                        return notice;
                    }
                }
            }
        }
    }

    fn attempt(&self) -> Attempt<C::Line> {
        let connect = Arc::clone(&self.connect);
        let deadline = self.connect_deadline;
        Box::pin(async move {
            let connected = timeout(deadline, connect.connect()).await;
            connected.unwrap_or_else(|_late| {
                Err(Failure::Temporary("no answer in time".to_owned()))
            })
        })
    }

    /// There is no connection any more, or none has come about.
    fn ended(&mut self, failure: Failure) -> Notice {
        match failure {
            Failure::Temporary(why) => self.wait(why),
            Failure::Final(why) => {
                self.link = Link::Failed;
                Notice::Failed(why)
            }
        }
    }

    /// There is no connection any more, however it ended: when is the next attempt?
    fn wait(&mut self, why: String) -> Notice {
        if let Link::Open(_, since) = &self.link {
            self.schedule.connected_for(since.elapsed());
        }
        let wait = self.schedule.next();
        self.link = Link::Waiting(Instant::now() + wait);
        Notice::Cut { why, wait }
    }

    fn hear(&mut self, text: String) -> Option<Notice> {
        let message = match ServerMessage::parse(&text) {
            Ok(Some(message)) => message,
            Ok(None) => return Some(Notice::Unknown(text)),
            Err(error) => return Some(self.wait(format!("not the chat: {error}"))),
        };
        if let ServerMessage::Welcome { .. } = message {
            self.state.welcomed(text);
            return Some(Notice::Connected);
        }
        match self.state.hear(message) {
            Ok(Some(Notice::Failed(why))) => Some(self.ended(Failure::Final(why))),
            Ok(notice) => notice,
            Err(why) => Some(self.wait(why)),
        }
    }
}

/// Sends what is to be sent, and gives the next text that comes. Safe to be dropped.
async fn exchange(
    line: &mut impl ClientLine,
    state: &mut State,
) -> Result<String, Failure> {
    loop {
        let text = state.to_send();
        tokio::select! {
            biased;
            exchanged = line.exchange(text) => match exchanged {
                Exchanged::Sent => state.sent(),
                Exchanged::Heard(text) => return Ok(text),
                Exchanged::Over(failure) => return Err(failure),
            },
            () = state.due() => {}
        }
    }
}

impl<C: Connect> fmt::Debug for Client<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
