//! Who is in which room, and what has happened there and is still to be told.

mod frames;
mod kept;
mod seat;
mod state;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chat::protocol::{Name, Presence, Room};

pub(crate) use self::frames::Frames;
pub(crate) use self::seat::{Bell, Seat};
use self::state::State;
use crate::fan_out::{FanOut, News};
use crate::log::{Audience, Entry};
use crate::protocol::ServerMessage;

/// The rooms in which somebody is, and the readers of this process in them. A clone is
/// another handle on the same ones. For a server that is one process, it is the whole
/// [`FanOut`].
///
/// There is no queue for each reader. What happens is kept once for each room, encoded,
/// until the last one has been told, and each reader has a place in it. What is kept is
/// bounded: 256 entries, 64 KiB. A reader that is further behind than that has lost nothing:
/// it goes on from the log.
#[derive(Debug, Clone, Default)]
pub struct Halls(Arc<Mutex<HashMap<Room, Arc<Hall>>>>);

/// One room. It has a lock of its own: what happens in it holds up no other.
#[derive(Debug)]
struct Hall {
    room: Room,
    state: Mutex<State>,
}

/// Something to tell a reader.
pub(crate) struct Piece {
    /// Its place among all that has happened in the room.
    at: u64,
    /// Its number, if it is in the log.
    pub(crate) seq: Option<u64>,
    pub(crate) frames: Frames,
}

/// What a reader has not been told.
pub(crate) struct Untold {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) missed: Option<Missed>,
}

/// So much came and went in a room that not all of it is kept.
pub(crate) struct Missed {
    /// How often somebody came or went of whom the reader is not told.
    pub(crate) count: u64,
    /// Who is here.
    pub(crate) members: Vec<Name>,
}

impl Halls {
    /// Without anybody.
    pub fn new() -> Self {
        Self::default()
    }

    fn table(&self) -> MutexGuard<'_, HashMap<Room, Arc<Hall>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, room: &Room) -> Option<Arc<Hall>> {
        self.table().get(room).cloned()
    }

    /// Does something in a room, which begins with it.
    fn enter<T>(
        &self,
        room: &Room,
        act: impl FnOnce(&mut State) -> T,
    ) -> (Arc<Hall>, T) {
        loop {
            let hall =
                Arc::clone(self.table().entry(room.clone()).or_insert_with(|| {
                    let (room, state) = (room.clone(), Mutex::default());
                    Arc::new(Hall { room, state })
                }));
            let mut state = hall.lock();
            if !state.is_closed {
                let done = act(&mut state);
                drop(state);
                return (hall, done);
            }
            drop(state);
            self.remove(&hall);
        }
    }

    fn close_if_empty(&self, hall: &Arc<Hall>) {
        if hall.lock().close_if_empty() {
            self.remove(hall);
        }
    }

    fn remove(&self, hall: &Arc<Hall>) {
        let mut table = self.table();
        let found = table.get(&hall.room);
        if found.is_some_and(|found| Arc::ptr_eq(found, hall)) {
            table.remove(&hall.room);
        }
    }
}

impl FanOut for Halls {
    fn halls(&self) -> &Halls {
        self
    }

    fn tell(&self, room: &Room, news: &News) {
        if let News::Entered(_) = news {
            let frames = frames_of(room, news);
            self.enter(room, |state| state.hear(room, news, frames));
            return;
        }
        // Where nobody is, nobody need be told.
        let Some(hall) = self.find(room) else { return };
        let frames = frames_of(room, news);
        hall.lock().hear(room, news, frames);
        self.close_if_empty(&hall);
    }
}

/// Encoded before the room is locked.
fn frames_of(room: &Room, news: &News) -> Frames {
    let room = room.clone();
    let presence = |name: &Name, state| {
        let (room, name) = (room.clone(), name.clone());
        ServerMessage::Presence { room, name, state }
    };
    Frames::of(match news {
        News::Entry(entry) => ServerMessage::of(room, entry),
        News::Entered(name) => presence(name, Presence::Here),
        News::Left(name) => presence(name, Presence::Gone),
        News::Typing(name) => {
            let name = name.clone();
            ServerMessage::Typing { room, name }
        }
    })
}

/// The log that tells the halls what it adds.
impl Audience for Halls {
    fn tell(&mut self, room: &str, entry: &Arc<Entry>) {
        if let Ok(room) = Room::new(room) {
            FanOut::tell(self, &room, &News::Entry(Arc::clone(entry)));
        }
    }
}

impl Hall {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
