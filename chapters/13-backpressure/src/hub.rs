//! The rooms, and who is in them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chat::protocol::{MessageId, Name, Presence, Room, ServerMessage, Text};

use crate::outbox::Outbox;
use crate::parcel::Parcel;

/// The rooms, and who is in them. A room begins with the first who enters it, and ends with
/// the last who leaves.
///
/// What happens in a room happens under its lock: it gets its number, it is encoded once,
/// and put into each reader's [`Outbox`], which never waits. So all see the same order, and
/// nobody waits for a reader. The lock of all rooms is held as long as it takes to find one.
#[derive(Debug, Default)]
pub struct Hub {
    rooms: Mutex<HashMap<Room, Arc<Mutex<Table>>>>,
}

/// One room.
#[derive(Debug, Default)]
struct Table {
    /// How many messages there were.
    seq: u64,
    readers: Vec<Reader>,
    /// Who is here, and with how many windows.
    people: BTreeMap<Name, usize>,
    /// Whether the last one has left. Then it is no room any more, and nobody enters it.
    ended: bool,
}

/// A connection in a room.
#[derive(Debug)]
struct Reader {
    name: Name,
    outbox: Arc<Outbox>,
}

/// A connection's place in a room. When it is dropped, the connection has left.
#[derive(Debug)]
pub struct Seat {
    hub: Arc<Hub>,
    room: Room,
    name: Name,
    outbox: Arc<Outbox>,
    table: Arc<Mutex<Table>>,
}

impl Hub {
    /// Without rooms.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Lets a connection into a room: `joined` is put into its outbox before anything that
    /// happens there afterwards.
    pub fn join(
        self: &Arc<Self>,
        room: Room,
        name: Name,
        outbox: &Arc<Outbox>,
    ) -> Seat {
        let table = loop {
            let table = Arc::clone(lock(&self.rooms).entry(room.clone()).or_default());
            if lock(&table).enter(&room, &name, outbox) {
                break table;
            }
            self.forget(&room, &table);
        };
        Seat {
            hub: Arc::clone(self),
            room,
            name,
            outbox: Arc::clone(outbox),
            table,
        }
    }

    /// Forgets a room that has ended, unless it has begun anew.
    fn forget(&self, room: &Room, ended: &Arc<Mutex<Table>>) {
        let mut rooms = lock(&self.rooms);
        if rooms
            .get(room)
            .is_some_and(|table| Arc::ptr_eq(table, ended))
        {
            rooms.remove(room);
        }
    }

    /// How many rooms there are.
    pub fn rooms(&self) -> usize {
        lock(&self.rooms).len()
    }
}

impl Seat {
    /// Says something to everybody in the room. Whether one of them is behind because the
    /// task that writes to them had no turn: who says more had better wait a moment.
    pub fn say(&self, text: Text, id: Option<MessageId>) -> bool {
        let table = &mut *lock(&self.table);
        table.seq += 1;
        table.tell(&ServerMessage::Message {
            room: self.room.clone(),
            seq: table.seq,
            name: self.name.clone(),
            text,
            id,
        })
    }

    /// Tells the others in the room that somebody is typing.
    pub fn typing(&self) {
        let typing = ServerMessage::Typing {
            room: self.room.clone(),
            name: self.name.clone(),
        };
        lock(&self.table).tell_others(&self.name, &typing);
    }

    /// Tells the connection once more who is here.
    pub fn join_again(&self) {
        let table = lock(&self.table);
        self.outbox.put(&Parcel::new(&table.joined(&self.room)));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let ended = {
            let table = &mut *lock(&self.table);
            table.leave(&self.room, &self.name, &self.outbox);
            table.ended
        };
        if ended {
            self.hub.forget(&self.room, &self.table);
        }
    }
}

impl Table {
    /// Lets somebody in, unless the room has ended; whether it has not.
    fn enter(&mut self, room: &Room, name: &Name, outbox: &Arc<Outbox>) -> bool {
        if self.ended {
            return false;
        }
        let windows = self.people.entry(name.clone()).or_default();
        *windows += 1;
        if *windows == 1 {
            self.tell(&presence(room, name, Presence::Here));
        }
        outbox.put(&Parcel::new(&self.joined(room)));
        self.readers.push(Reader {
            name: name.clone(),
            outbox: Arc::clone(outbox),
        });
        true
    }

    fn leave(&mut self, room: &Room, name: &Name, outbox: &Arc<Outbox>) {
        let is_it = |reader: &Reader| Arc::ptr_eq(&reader.outbox, outbox);
        if let Some(at) = self.readers.iter().position(is_it) {
            self.readers.swap_remove(at);
        }
        self.ended = self.readers.is_empty();
        let Entry::Occupied(mut windows) = self.people.entry(name.clone()) else {
            return;
        };
        *windows.get_mut() -= 1;
        if *windows.get() == 0 {
            windows.remove();
            self.tell(&presence(room, name, Presence::Gone));
        }
    }

    fn joined(&self, room: &Room) -> ServerMessage {
        ServerMessage::Joined {
            room: room.clone(),
            seq: self.seq,
            members: self.people.keys().cloned().collect(),
        }
    }

    /// Tells all of them the same, in one frame. Whether one of them wants a turn.
    fn tell(&self, message: &ServerMessage) -> bool {
        let parcel = Parcel::new(message);
        let put = |wanted, reader: &Reader| reader.outbox.offer(&parcel) | wanted;
        self.readers.iter().fold(false, put)
    }

    /// Tells all but this person, in whatever window.
    fn tell_others(&self, name: &Name, message: &ServerMessage) {
        let parcel = Parcel::new(message);
        let others = self.readers.iter().filter(|reader| reader.name != *name);
        others.for_each(|reader| reader.outbox.put(&parcel));
    }
}

fn presence(room: &Room, name: &Name, state: Presence) -> ServerMessage {
    ServerMessage::Presence {
        room: room.clone(),
        name: name.clone(),
        state,
    }
}

/// No panic leaves a room half changed: nothing in here panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
