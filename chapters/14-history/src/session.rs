//! One client: what it says, and what it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use chat::protocol::{
    ClientMessage as One, ErrorCode, Name, Problem as OneProblem, Room,
};
use connection::{Event, Message, Reader, SendError, Writer};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::hall::{Bell, Frames, Seat};
use crate::log::{Entry, RoomLog};
use crate::protocol::{
    ClientMessage, Hello, Join, MAX_RESUMED, Problem, ServerMessage, VERSION,
};
use crate::server::{Chat, code};

/// How many entries are read from the log at a time.
const PIECE: usize = 100;

/// A connection, and the chat it is one of.
pub(crate) struct Session<Io, L> {
    writer: Writer<Io>,
    pub(crate) chat: Chat<L>,
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

impl<Io: AsyncRead + AsyncWrite + Unpin, L: RoomLog> Session<Io, L> {
    pub(crate) fn new(writer: Writer<Io>, chat: Chat<L>) -> Self {
        Self { writer, chat }
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

    async fn tell_frame(&mut self, frame: &Bytes) -> Result<(), SendError> {
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
        let request = match guest.version {
            VERSION => ClientMessage::parse(text).map(crate::acts::Request::from),
            _ => One::parse(text).map(crate::acts::Request::from),
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

    /// Enters a room. What has come since the client was last here is told behind the
    /// answer.
    pub(crate) async fn join(
        &mut self,
        guest: &mut Guest,
        join: Join,
    ) -> Result<Option<ServerMessage>, SendError> {
        let Join { room, after } = join;
        // First the seat, then a look at the log: what comes in between is news and in the
        // log, and by its number it is told once.
        let seat = match guest.rooms.remove(&room) {
            Some(place) => place.seat,
            None => {
                let (name, halls) = (guest.name.clone(), &self.chat.halls);
                halls.enter(room.clone(), name, &guest.bell)
            }
        };
        let last = match self.chat.log.after(room.as_str(), u64::MAX, 0).await {
            Ok(since) => since.last,
            Err(error) => return Ok(Some(self.unavailable(&error))),
        };
        let (seq, members) = (last, seat.members());
        let joined = ServerMessage::Joined {
            room: room.clone(),
            seq,
            members,
        };
        self.tell(guest.version, joined).await?;
        let cursor = after.unwrap_or(last);
        let mut place = Place { seat, cursor };
        self.catch_up(guest.version, &room, &mut place, last)
            .await?;
        // What came meanwhile has rung the bell before this client could be told.
        guest.bell.ring(room.as_str());
        guest.rooms.insert(room, place);
        Ok(None)
    }

    /// Tells a client what it has not been told, up to the entry `last`: from the log.
    async fn catch_up(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place,
        last: u64,
    ) -> Result<(), SendError> {
        if place.cursor > last {
            // It has seen what is not there: the log was put back to an earlier state.
            let seen = std::mem::replace(&mut place.cursor, last);
            return self.tell_gap(version, room, last + 1, seen).await;
        }
        while place.cursor < last {
            let log = &self.chat.log;
            let wanted = place.cursor.max(last.saturating_sub(MAX_RESUMED));
            let since = match log.after(room.as_str(), wanted, PIECE).await {
                Ok(since) => since,
                Err(error) => {
                    let message = self.unavailable(&error);
                    self.tell(version, message).await?;
                    self.close(1013, "the history cannot be read; come back later");
                    return Err(SendError::Closed);
                }
            };
            let next = since.entries.first().map_or(last + 1, |entry| entry.seq);
            if next > place.cursor + 1 {
                let first = place.cursor + 1;
                self.tell_gap(version, room, first, next - 1).await?;
                place.cursor = next - 1;
            }
            self.tell_entries(version, room, place, &since.entries)
                .await?;
        }
        Ok(())
    }

    async fn tell_entries(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place,
        entries: &[Entry],
    ) -> Result<(), SendError> {
        for entry in entries {
            let message = ServerMessage::of(room.clone(), entry);
            self.tell(version, message).await?;
            place.cursor = entry.seq;
        }
        Ok(())
    }

    async fn tell_gap(
        &mut self,
        version: u32,
        room: &Room,
        first: u64,
        last: u64,
    ) -> Result<(), SendError> {
        let room = room.clone();
        self.tell(version, ServerMessage::Gap { room, first, last })
            .await
    }

    /// Tells what has happened in these rooms.
    pub(crate) async fn tell_news(
        &mut self,
        guest: &mut Guest,
        rooms: BTreeSet<String>,
    ) -> Result<(), SendError> {
        for name in rooms {
            let Ok(room) = Room::new(&name) else { continue };
            if let Some(mut place) = guest.rooms.remove(&room) {
                self.tell_news_of(guest.version, &room, &mut place).await?;
                guest.rooms.insert(room, place);
            }
        }
        Ok(())
    }

    async fn tell_news_of(
        &mut self,
        version: u32,
        room: &Room,
        place: &mut Place,
    ) -> Result<(), SendError> {
        let untold = place.seat.untold();
        if untold.missed {
            let (seq, members) = (place.cursor, place.seat.members());
            let room = room.clone();
            self.tell(version, ServerMessage::Joined { room, seq, members })
                .await?;
        }
        for news in untold.news {
            match news.seq {
                Some(seq) if seq <= place.cursor => continue,
                // The log is the truth; the news says only how far it goes.
                Some(seq) if seq > place.cursor + 1 => {
                    self.catch_up(version, room, place, seq).await?;
                }
                Some(seq) => {
                    self.tell_frame(news.frame(version)).await?;
                    place.cursor = seq;
                }
                None => self.tell_frame(news.frame(version)).await?,
            }
        }
        Ok(())
    }

    pub(crate) fn unavailable(&self, error: &crate::LogError) -> ServerMessage {
        self.chat.report(error);
        let text = "the server cannot do that now; try again later";
        let problem = OneProblem::new(ErrorCode::Unavailable, text);
        ServerMessage::Error(Problem::from(problem))
    }
}
