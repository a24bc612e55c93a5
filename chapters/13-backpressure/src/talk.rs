//! What a client says, and what comes of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use chat::protocol::{
    ClientMessage, ErrorCode, Hello, Join, Leave, MessageId, Name, Problem, Room, Say,
    ServerMessage, Typing,
};

use crate::hub::{Hub, Seat};
use crate::limits::Limits;
use crate::outbox::Outbox;
use crate::parcel::Parcel;
use crate::rate::Account;

/// One client's part in the chat, without its connection: it is told what the client says,
/// and its answers go into the client's outbox. When it is dropped, the client has left.
#[derive(Debug)]
pub(crate) struct Talk {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    /// What the client has said in its `hello`.
    name: Option<Name>,
    seats: HashMap<Room, Seat>,
    rooms: usize,
    said: Account,
    /// How many messages have been refused in a row.
    refused: u32,
    patience: u32,
    is_ahead: bool,
}

/// The client says so much that it is not even worth an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMuch;

impl Talk {
    pub(crate) fn new(hub: Arc<Hub>, outbox: Arc<Outbox>, limits: &Limits) -> Self {
        Self {
            hub,
            outbox,
            name: None,
            seats: HashMap::new(),
            rooms: limits.rooms,
            said: Account::new(limits.rate),
            refused: 0,
            patience: limits.patience,
            is_ahead: false,
        }
    }

    /// Whether the client has said `hello`.
    pub(crate) fn has_begun(&self) -> bool {
        self.name.is_some()
    }

    /// Whether it is ahead of those who hear it, and had better wait a moment; asked once.
    pub(crate) fn is_ahead(&mut self) -> bool {
        std::mem::take(&mut self.is_ahead)
    }

    /// Takes a message of the client.
    pub(crate) fn hear(&mut self, text: &str, now: Instant) -> Result<(), TooMuch> {
        // Before it is looked at: to read it is work already.
        if !self.allows(now)? {
            self.refuse(text);
            return Ok(());
        }
        let heard = ClientMessage::parse(text).and_then(|said| self.take(said));
        if let Err(problem) = heard {
            self.answer(&problem.into());
        }
        Ok(())
    }

    /// Takes a ping, which is answered by the connection: it counts like a message.
    pub(crate) fn hear_ping(&mut self, now: Instant) -> Result<(), TooMuch> {
        self.allows(now).map(drop)
    }

    /// Whether the rate allows one more.
    fn allows(&mut self, now: Instant) -> Result<bool, TooMuch> {
        let allowed = self.said.takes(now);
        self.refused = if allowed { 0 } else { self.refused + 1 };
        match self.refused > self.patience {
            true => Err(TooMuch),
            false => Ok(allowed),
        }
    }

    /// Tells the client that it says too much, and which message that was.
    fn refuse(&self, text: &str) {
        let id = match ClientMessage::parse(text) {
            Ok(said) => id_of(&said),
            Err(problem) => problem.id,
        };
        let problem = Problem::new(ErrorCode::Rate, "that is too much at a time");
        self.answer(&problem.about(id).into());
    }

    fn take(&mut self, said: ClientMessage) -> Result<(), Problem> {
        match (&self.name, said) {
            (None, ClientMessage::Hello(hello)) => self.begin(hello),
            (None, said) => {
                let first = Problem::new(ErrorCode::HelloFirst, "say hello first");
                return Err(first.about(id_of(&said)));
            }
            (Some(_), ClientMessage::Hello(_)) => {
                let text = "hello has been said";
                return Err(Problem::new(ErrorCode::HelloAgain, text));
            }
            (Some(name), ClientMessage::Join(Join { room })) => {
                let name = name.clone();
                return self.join(room, name);
            }
            (Some(_), ClientMessage::Leave(Leave { room })) => {
                let seat = self.seats.remove(&room);
                drop(seat.ok_or_else(|| not_in(&room))?);
                self.answer(&ServerMessage::Left { room });
            }
            (Some(_), ClientMessage::Say(Say { room, text, id })) => {
                match self.seats.get(&room) {
                    Some(seat) => self.is_ahead = seat.say(text, id),
                    None => return Err(not_in(&room).about(id)),
                }
            }
            (Some(_), ClientMessage::Typing(Typing { room })) => {
                let seat = self.seats.get(&room);
                seat.ok_or_else(|| not_in(&room))?.typing();
            }
        }
        Ok(())
    }

    fn begin(&mut self, hello: Hello) {
        self.answer(&ServerMessage::Welcome {
            version: hello.version,
            name: hello.name.clone(),
        });
        self.name = Some(hello.name);
    }

    fn join(&mut self, room: Room, name: Name) -> Result<(), Problem> {
        if let Some(seat) = self.seats.get(&room) {
            seat.join_again();
        } else if self.seats.len() < self.rooms {
            let seat = self.hub.join(room.clone(), name, &self.outbox);
            self.seats.insert(room, seat);
        } else {
            let text = format!("{} rooms at a time are enough", self.rooms);
            return Err(Problem::new(ErrorCode::TooManyRooms, text).at("room"));
        }
        Ok(())
    }

    fn answer(&self, message: &ServerMessage) {
        self.outbox.put(&Parcel::new(message));
    }
}

fn not_in(room: &Room) -> Problem {
    let text = format!("you are not in {room}");
    Problem::new(ErrorCode::NotInRoom, text).at("room")
}

/// The client's own mark on what it said, if it has one.
fn id_of(said: &ClientMessage) -> Option<MessageId> {
    match said {
        ClientMessage::Say(say) => say.id.clone(),
        ClientMessage::Hello(_)
        | ClientMessage::Join(_)
        | ClientMessage::Leave(_)
        | ClientMessage::Typing(_) => None,
    }
}
