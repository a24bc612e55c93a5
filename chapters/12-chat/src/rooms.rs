//! Who is where, and what they hear of each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::outbox::Outbox;
use crate::protocol::{
    ClientMessage, ErrorCode, MAX_ROOMS, Name, Presence, Problem, Room, Say,
    ServerMessage, VERSION,
};

/// The rooms in which somebody is. A clone is another handle on the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rooms(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    guests: u64,
    halls: HashMap<Room, Hall>,
}

/// One room. Everything in it is told under the lock, and so everybody hears it in the
/// same order.
#[derive(Debug, Default)]
struct Hall {
    seq: u64,
    /// Those who listen, by their connection's number.
    seats: BTreeMap<u64, Seat>,
}

#[derive(Debug, Clone)]
struct Seat {
    name: Name,
    outbox: Outbox,
}

/// A connection that has said hello. Dropped, it leaves all its rooms.
#[derive(Debug)]
pub(crate) struct Guest {
    rooms: Rooms,
    number: u64,
    seat: Seat,
    is_in: BTreeSet<Room>,
    /// Whether somebody's outbox was half full when this guest was heard last.
    is_ahead: bool,
}

impl Rooms {
    pub(crate) fn welcome(&self, name: Name, outbox: Outbox) -> Guest {
        let version = VERSION;
        let welcome = ServerMessage::Welcome {
            version,
            name: name.clone(),
        };
        outbox.put(welcome.to_json().into());
        let mut state = self.lock();
        state.guests += 1;
        Guest {
            rooms: self.clone(),
            number: state.guests,
            seat: Seat { name, outbox },
            is_in: BTreeSet::new(),
            is_ahead: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest {
    /// Does what a message asks for, or says what is wrong with it.
    pub(crate) fn hear(&mut self, text: &str) {
        self.is_ahead = false;
        let heard = ClientMessage::parse(text).and_then(|message| self.act(message));
        if let Err(problem) = heard {
            self.tell(&problem.into());
        }
    }

    /// Whether those who were told of the last message have not had a turn for many: a
    /// thousand messages in one packet would fill their outboxes before they can be sent
    /// anything.
    pub(crate) fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    fn act(&mut self, message: ClientMessage) -> Result<(), Problem> {
        match message {
            ClientMessage::Hello(_) => {
                let text = "you have said hello before";
                Err(Problem::new(ErrorCode::HelloAgain, text))
            }
            ClientMessage::Join(join) => self.join(join.room),
            ClientMessage::Leave(leave) => self.leave(leave.room),
            ClientMessage::Say(say) => self.say(say),
            ClientMessage::Typing(typing) => self.typing(typing.room),
        }
    }

    fn join(&mut self, room: Room) -> Result<(), Problem> {
        if self.is_in.len() == MAX_ROOMS && !self.is_in.contains(&room) {
            let text = format!("you are in {MAX_ROOMS} rooms; leave one first");
            return Err(Problem::new(ErrorCode::TooManyRooms, text).at("room"));
        }
        self.is_in.insert(room.clone());
        let mut state = self.rooms.lock();
        let hall = state.halls.entry(room.clone()).or_default();
        if !hall.has(&self.seat.name) {
            self.is_ahead = hall.tell_all(&self.presence(&room, Presence::Here));
        }
        hall.seats.insert(self.number, self.seat.clone());
        self.tell(&ServerMessage::Joined {
            room,
            seq: hall.seq,
            members: hall.members(),
        });
        Ok(())
    }

    fn leave(&mut self, room: Room) -> Result<(), Problem> {
        self.here(&room)?;
        self.is_in.remove(&room);
        self.is_ahead = self.stand_up(&room);
        self.tell(&ServerMessage::Left { room });
        Ok(())
    }

    fn say(&mut self, say: Say) -> Result<(), Problem> {
        let Say { room, text, id } = say;
        self.here(&room)
            .map_err(|problem| problem.about(id.clone()))?;
        let name = self.seat.name.clone();
        if let Some(hall) = self.rooms.lock().halls.get_mut(&room) {
            hall.seq += 1;
            self.is_ahead = hall.tell_all(&ServerMessage::Message {
                room,
                seq: hall.seq,
                name,
                text,
                id,
            });
        }
        Ok(())
    }

    fn typing(&mut self, room: Room) -> Result<(), Problem> {
        self.here(&room)?;
        let name = &self.seat.name;
        if let Some(hall) = self.rooms.lock().halls.get(&room) {
            let typing = ServerMessage::Typing {
                room,
                name: name.clone(),
            };
            self.is_ahead = hall.tell(&typing, |seat| seat.name != *name);
        }
        Ok(())
    }

    fn here(&self, room: &Room) -> Result<(), Problem> {
        if self.is_in.contains(room) {
            return Ok(());
        }
        let text = "you are not in this room";
        Err(Problem::new(ErrorCode::NotInRoom, text).at("room"))
    }

    /// Leaves a room, and tells the others if that was the person's last window. Whether one
    /// of them has an outbox that is half full.
    fn stand_up(&self, room: &Room) -> bool {
        let mut state = self.rooms.lock();
        let Some(hall) = state.halls.get_mut(room) else {
            return false;
        };
        hall.seats.remove(&self.number);
        let is_gone = !hall.has(&self.seat.name);
        let is_ahead = is_gone && hall.tell_all(&self.presence(room, Presence::Gone));
        if hall.seats.is_empty() {
            state.halls.remove(room);
        }
        is_ahead
    }

    fn presence(&self, room: &Room, state: Presence) -> ServerMessage {
        let (room, name) = (room.clone(), self.seat.name.clone());
        ServerMessage::Presence { room, name, state }
    }

    fn tell(&self, message: &ServerMessage) {
        self.seat.outbox.put(message.to_json().into());
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        for room in &self.is_in {
            let _nothing_more_is_heard = self.stand_up(room);
        }
    }
}

impl Hall {
    fn has(&self, name: &Name) -> bool {
        self.seats.values().any(|seat| seat.name == *name)
    }

    /// Each person once, in the order of their names.
    fn members(&self) -> Vec<Name> {
        let names: BTreeSet<&Name> =
            self.seats.values().map(|seat| &seat.name).collect();
        names.into_iter().cloned().collect()
    }

    fn tell_all(&self, message: &ServerMessage) -> bool {
        self.tell(message, |_| true)
    }

    /// The message is made into text once; what each outbox gets is a handle on it. Whether
    /// one of them is half full.
    fn tell(&self, message: &ServerMessage, listens: impl Fn(&Seat) -> bool) -> bool {
        let text = axum::extract::ws::Utf8Bytes::from(message.to_json());
        let mut is_filling = false;
        for seat in self.seats.values().filter(|seat| listens(seat)) {
            seat.outbox.put(text.clone());
            is_filling |= seat.outbox.is_filling();
        }
        is_filling
    }
}
