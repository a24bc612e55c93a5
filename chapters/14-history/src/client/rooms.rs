//! The rooms in which a client stays.

use std::collections::BTreeMap;

use chat::protocol::{Leave, Room};

use crate::protocol::{ClientMessage, Join};

/// The rooms in which a client stays, whatever becomes of its connections.
#[derive(Debug, Default)]
pub(super) struct Rooms(BTreeMap<Room, Stay>);

/// A room in which a client stays.
#[derive(Debug)]
pub(super) struct Stay {
    /// The last number that was told.
    cursor: Option<u64>,
    standing: Standing,
    /// Whether it is left as soon as all that was said in it has an answer.
    is_leaving: bool,
}

/// What the server knows of it, over this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nothing: it is still to be asked.
    Outside,
    /// It has been asked. What it tells before it answers, it will tell again behind that.
    Asked,
    Inside,
    /// It is still to be told that the client leaves.
    Leaving,
    /// It has been told.
    Left,
}

impl Rooms {
    pub(super) fn join(&mut self, room: Room, after: Option<u64>) {
        let stay = Stay {
            cursor: after,
            standing: Standing::Outside,
            is_leaving: false,
        };
        self.0.insert(room, stay);
    }

    /// It is to be left, when all that was said in it has an answer.
    pub(super) fn leave(&mut self, room: &Room) {
        if let Some(stay) = self.0.get_mut(room) {
            stay.is_leaving = true;
        }
    }

    /// All that was said in it has an answer.
    pub(super) fn is_done(&mut self, room: &Room) {
        let Some(stay) = self.0.get_mut(room) else {
            return;
        };
        match stay.standing {
            Standing::Outside if stay.is_leaving => self.remove(room),
            Standing::Asked | Standing::Inside if stay.is_leaving => {
                stay.standing = Standing::Leaving;
            }
            _ => {}
        }
    }

    pub(super) fn remove(&mut self, room: &Room) {
        self.0.remove(room);
    }

    pub(super) fn cursor(&self, room: &Room) -> Option<u64> {
        self.0.get(room).filter(|stay| !stay.is_gone())?.cursor
    }

    /// Whether the client wants to be in a room and is not yet.
    pub(super) fn is_awaited(&self, room: &Room) -> bool {
        let standing = self.0.get(room).map(|stay| stay.standing);
        matches!(standing, Some(Standing::Outside | Standing::Asked))
    }

    /// There is another connection, over which nothing is known.
    pub(super) fn forget_connection(&mut self) {
        self.0.retain(|_, stay| !stay.is_gone());
        for stay in self.0.values_mut() {
            stay.standing = Standing::Outside;
        }
    }

    /// The room of which the server is to be told something. Those that are left come first:
    /// there is only so much room for others.
    pub(super) fn next(&self) -> Option<&Room> {
        let with = |standing: Standing| {
            let mut rooms = self.0.iter();
            rooms.find(|(_, stay)| stay.standing == standing)
        };
        let due = with(Standing::Leaving).or_else(|| with(Standing::Outside));
        due.map(|(room, _)| room)
    }

    /// What it is to be told, now that it is told.
    pub(super) fn tell(&mut self, room: Room) -> ClientMessage {
        let stay = self.0.get_mut(&room);
        if let Some(stay) = stay.filter(|stay| stay.standing == Standing::Outside) {
            stay.standing = Standing::Asked;
            let after = stay.cursor;
            return ClientMessage::Join(Join { room, after });
        }
        if let Some(stay) = self.0.get_mut(&room) {
            stay.standing = Standing::Left;
        }
        ClientMessage::Leave(Leave { room })
    }

    /// The server has answered: this client is in the room, whose last number is `seq`.
    pub(super) fn joined(&mut self, room: &Room, seq: u64) {
        let stay = self.0.get_mut(room);
        if let Some(stay) = stay.filter(|stay| stay.standing == Standing::Asked) {
            stay.standing = Standing::Inside;
            stay.cursor.get_or_insert(seq);
        }
    }

    /// The client is not in the room, and knows it: it has asked for that, or the server
    /// has put it out. One that has asked to be let in again will be answered yet.
    pub(super) fn left(&mut self, room: &Room) {
        let standing = self.0.get(room).map(|stay| stay.standing);
        if matches!(standing, Some(Standing::Left | Standing::Inside)) {
            self.0.remove(room);
        }
    }

    /// The server could not do what it was told of this room. Whether it is to be told
    /// again.
    pub(super) fn tell_again(&mut self, room: &Room) -> bool {
        let Some(stay) = self.0.get_mut(room) else {
            return false;
        };
        stay.standing = match stay.standing {
            Standing::Asked => Standing::Outside,
            Standing::Left => Standing::Leaving,
            Standing::Outside | Standing::Inside | Standing::Leaving => return false,
        };
        true
    }

    /// Where the client is in it.
    pub(super) fn inside(&mut self, room: &Room) -> Option<&mut Stay> {
        let stay = self.0.get_mut(room);
        stay.filter(|stay| stay.standing == Standing::Inside)
    }
}

impl Stay {
    fn is_gone(&self) -> bool {
        matches!(self.standing, Standing::Leaving | Standing::Left)
    }

    /// Whether an entry is to be told: it has not been, and none before it is missing.
    pub(super) fn is_next(&mut self, room: &Room, seq: u64) -> Result<bool, String> {
        let seen = self.cursor.unwrap_or(seq.saturating_sub(1));
        if seq <= seen {
            return Ok(false);
        }
        if seq > seen + 1 {
            return Err(format!("{room}: {seq} came after {seen}"));
        }
        self.cursor = Some(seq);
        Ok(true)
    }

    pub(super) fn gap(&mut self, first: u64, last: u64) {
        self.cursor = match self.cursor {
            // What it has seen is not there any more.
            Some(seen) if first <= seen => Some(first.saturating_sub(1)),
            _ => Some(last),
        };
    }
}
