//! One client: what it says, and what it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use backpressure::Account;
use bytes::Bytes;
use chat::protocol::{
    ClientMessage as One, Envelope, ErrorCode, Name, Problem as OneProblem, Room,
    VERSION as ONE,
};
use connection::{Event, Message, Reader, SendError, Writer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use crate::acts::Request;
use crate::error::LogError;
use crate::fan_out::FanOut;
use crate::hall::{Bell, Frames, Seat};
use crate::log::RoomLog;
use crate::protocol::{ClientMessage, Hello, Problem, ServerMessage, VERSION};
use crate::server::{Chat, code};

/// A connection, and the chat it is one of.
pub(crate) struct Session<Io, L, F> {
    writer: Writer<Io>,
    pub(crate) chat: Chat<L, F>,
    /// How often the client says something.
    account: Account,
    /// How many messages in a row were too many.
    refused: u32,
}

/// A client that has said hello.
pub(crate) struct Guest<F: FanOut> {
    pub(crate) version: u32,
    pub(crate) name: Name,
    pub(crate) bell: Arc<Bell>,
    pub(crate) rooms: BTreeMap<Room, Place<F>>,
}

/// Why nothing came of a message.
pub(crate) enum Failure {
    /// What to answer.
    Refused(Problem),
    /// The connection is closing.
    Gone(SendError),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self::Gone(error)
    }
}

/// Where a client is in a room.
pub(crate) struct Place<F: FanOut> {
    pub(crate) seat: Seat<F>,
    /// The last number that it has been told.
    pub(crate) cursor: u64,
}

impl<F: FanOut> Guest<F> {
    /// Tells the others in a room that this person is writing.
    pub(crate) fn types_in(&self, room: &Room) {
        if let Some(place) = self.rooms.get(room) {
            place.seat.typing();
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin, L: RoomLog, F: FanOut> Session<Io, L, F> {
    pub(crate) fn new(writer: Writer<Io>, chat: Chat<L, F>) -> Self {
        let account = Account::new(chat.limits.rate);
        Self {
            writer,
            chat,
            account,
            refused: 0,
        }
    }

    pub(crate) fn close(&mut self, number: u16, reason: &str) {
        // One that is closing already need not be told.
        let _ = self.writer.close(code(number), reason);
    }

    pub(crate) async fn tell(
        &mut self,
        version: u32,
        message: ServerMessage,
    ) -> Result<(), SendError> {
        let frame = Frames::of(message);
        self.tell_frame(frame.in_version(version)).await
    }

    pub(crate) async fn tell_frame(&mut self, frame: &Bytes) -> Result<(), SendError> {
        self.writer.feed_encoded(frame).await
    }

    /// What version 2 has no message for.
    pub(crate) async fn tell_text(&mut self, text: &str) -> Result<(), SendError> {
        self.writer.feed(Message::Text(text.into())).await
    }

    /// The next text; `None` when there is none any more. Safe to be dropped.
    pub(crate) async fn listen(&mut self, reader: &mut Reader<Io>) -> Option<String> {
        loop {
            match reader.read().await? {
                Event::Message(Message::Text(text)) => return Some(text.into_owned()),
                Event::Message(Message::Binary(_)) => {
                    self.close(1003, "the chat's messages are text");
                }
                Event::Ping(_) | Event::Pong(_) => {}
                Event::Closed(_) => return None,
            }
        }
    }

    /// Listens until there is a hello. What is said before counts like anything else.
    pub(crate) async fn greet(&mut self, reader: &mut Reader<Io>) -> Option<Guest<F>> {
        loop {
            let text = self.listen(reader).await?;
            let said = self.counted().and_then(|()| ClientMessage::parse(&text));
            let problem = match said {
                Ok(ClientMessage::Hello(hello)) => {
                    return self.welcome(hello).await.ok();
                }
                Ok(_) => OneProblem::new(ErrorCode::HelloFirst, "say hello first"),
                Err(problem) => problem,
            };
            // Which version the client speaks is not known yet. What is in version 1 is
            // understood in both.
            self.refuse(ONE, &text, problem.into()).await.ok()?;
        }
    }

    async fn welcome(&mut self, hello: Hello) -> Result<Guest<F>, SendError> {
        let Hello { version, name } = hello;
        let welcome = ServerMessage::Welcome {
            version,
            name: name.clone(),
        };
        self.tell(version, welcome).await?;
        let (bell, rooms) = Default::default();
        Ok(Guest {
            version,
            name,
            bell,
            rooms,
        })
    }

    /// Does what a message asks for, or says what is wrong with it.
    pub(crate) async fn hear(
        &mut self,
        guest: &mut Guest<F>,
        text: &str,
    ) -> Result<(), SendError> {
        let request = self.counted().and_then(|()| match guest.version {
            VERSION => ClientMessage::parse(text).map(Request::from),
            _ => One::parse(text).map(Request::from),
        });
        let done = match request {
            Ok(request) => self.act(guest, request).await,
            Err(problem) => Err(Failure::Refused(problem.into())),
        };
        match done {
            Ok(Some(answer)) => self.tell(guest.version, answer).await,
            Ok(None) => Ok(()),
            Err(Failure::Refused(problem)) => {
                self.refuse(guest.version, text, problem).await
            }
            Err(Failure::Gone(error)) => Err(error),
        }
    }

    /// Counts what the client says. Nothing comes of a message that is too many, and after
    /// some of them in a row it is the end.
    fn counted(&mut self) -> Result<(), OneProblem> {
        if self.account.takes(Instant::now().into_std()) {
            self.refused = 0;
            return Ok(());
        }
        self.refused += 1;
        if self.refused > self.chat.limits.patience {
            self.close(1008, "you say too much");
        }
        let text = "more than you may say; wait a little";
        Err(OneProblem::new(ErrorCode::Rate, text))
    }

    /// Tells the client what is wrong, and about which message and which room.
    async fn refuse(
        &mut self,
        version: u32,
        text: &str,
        problem: Problem,
    ) -> Result<(), SendError> {
        let problem = match Envelope::open(text) {
            Ok(message) => problem.about(message.id()).in_room(message.room()),
            Err(_) => problem,
        };
        self.tell(version, ServerMessage::Error(problem)).await
    }

    pub(crate) fn unavailable(&self, error: &LogError) -> Problem {
        self.chat.report(error);
        let text = match error {
            LogError::SlowSearch(_) => {
                "there is too much to look through; look for rarer words"
            }
            _ => "the server cannot do that now; try again later",
        };
        OneProblem::new(ErrorCode::Unavailable, text).into()
    }
}
