//! One client: what it says, and what it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use backpressure::Account;
use bytes::Bytes;
use chat::protocol::{
    ClientMessage as One, Envelope, ErrorCode, Name, Problem as OneProblem, Room,
};
use connection::{Event, Message, Reader, SendError, Writer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use crate::acts::Request;
use crate::hall::{Bell, Frames, Seat};
use crate::log::RoomLog;
use crate::protocol::{ClientMessage, Hello, Problem, ServerMessage, VERSION};
use crate::server::{Chat, code};

/// A connection, and the chat it is one of.
pub(crate) struct Session<Io, L> {
    writer: Writer<Io>,
    pub(crate) chat: Chat<L>,
    /// How often the client says something.
    account: Account,
    /// How many messages in a row were too many.
    refused: u32,
}

/// A client that has said hello.
pub(crate) struct Guest {
    pub(crate) version: u32,
    pub(crate) name: Name,
    pub(crate) bell: Arc<Bell>,
    pub(crate) rooms: BTreeMap<Room, Place>,
}

/// Where a client is in a room.
pub(crate) struct Place {
    pub(crate) seat: Seat,
    /// The last number that it has been told.
    pub(crate) cursor: u64,
}

impl Guest {
    /// Tells the others in a room that this person is writing.
    pub(crate) fn types_in(&self, room: &Room) {
        if let Some(place) = self.rooms.get(room) {
            place.seat.typing();
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin, L: RoomLog> Session<Io, L> {
    pub(crate) fn new(writer: Writer<Io>, chat: Chat<L>) -> Self {
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

    /// Listens until there is a hello.
    pub(crate) async fn greet(&mut self, reader: &mut Reader<Io>) -> Option<Guest> {
        loop {
            let text = self.listen(reader).await?;
            let problem = match ClientMessage::parse(&text) {
                Ok(ClientMessage::Hello(hello)) => {
                    return self.welcome(hello).await.ok();
                }
                Ok(_) => OneProblem::new(ErrorCode::HelloFirst, "say hello first"),
                // What else it may be is not known before the version.
                Err(problem) => problem,
            };
            let error = ServerMessage::Error(problem.into());
            self.tell(VERSION, error).await.ok()?;
        }
    }

    async fn welcome(&mut self, hello: Hello) -> Result<Guest, SendError> {
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
        guest: &mut Guest,
        text: &str,
    ) -> Result<(), SendError> {
        let may = self.account.takes(Instant::now().into_std());
        self.refused = if may { 0 } else { self.refused + 1 };
        let request = match guest.version {
            _ if !may => Err(self.too_many(text)),
            VERSION => ClientMessage::parse(text).map(Request::from),
            _ => One::parse(text).map(Request::from),
        };
        let answer = match request {
            Ok(request) => self.act(guest, request).await?,
            Err(problem) => Some(ServerMessage::Error(problem.into())),
        };
        match answer {
            Some(answer) => self.tell(guest.version, answer).await,
            None => Ok(()),
        }
    }

    /// Nothing comes of a message that is too many; after some of them in a row it is the
    /// end.
    fn too_many(&mut self, text: &str) -> OneProblem {
        if self.refused > self.chat.limits.patience {
            self.close(1008, "you say too much");
        }
        let id = Envelope::open(text).ok().and_then(|envelope| envelope.id());
        let problem =
            OneProblem::new(ErrorCode::Rate, "more than you may say; wait a little");
        problem.about(id)
    }

    pub(crate) fn unavailable(&self, error: &crate::LogError) -> ServerMessage {
        self.chat.report(error);
        let text = match error {
            crate::LogError::SlowSearch(_) => {
                "there is too much to look through; look for rarer words"
            }
            _ => "the server cannot do that now; try again later",
        };
        let problem = OneProblem::new(ErrorCode::Unavailable, text);
        ServerMessage::Error(Problem::from(problem))
    }
}
