//! Who is in which room, and what has just happened there.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chat::protocol::{Name, Presence, Room, VERSION as ONE};
use connection::{Connection, Message};
use tokio::sync::Notify;

use crate::log::{Audience, Entry};
use crate::protocol::ServerMessage;

/// How much of what has just happened in a room is at hand. Whoever is further behind reads
/// the log.
const AT_HAND: usize = 256;

/// The rooms in which somebody is: the fan-out behind the log. A clone is another handle on
/// the same ones.
///
/// There is no queue for each reader. What happens is kept once for each room, encoded, and
/// each reader has a place in it. One that reads so slowly that its place is gone has lost
/// nothing: it goes on from the log.
#[derive(Debug, Clone, Default)]
pub struct Halls(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    guests: u64,
    halls: HashMap<String, Hall>,
}

#[derive(Debug, Default)]
struct Hall {
    seats: BTreeMap<u64, (Name, Arc<Bell>)>,
    news: VecDeque<News>,
    /// How much news there was before the first that is at hand.
    before: u64,
}

/// Something that has happened.
#[derive(Debug, Clone)]
pub(crate) struct News {
    /// Its number, if it is in the log.
    pub(crate) seq: Option<u64>,
    /// Who is not to hear of it, since it is about them.
    not_to: Option<Name>,
    frames: Frames,
}

/// A message as a frame, encoded once for all who read it, in both versions.
#[derive(Debug, Clone)]
pub(crate) struct Frames {
    one: Bytes,
    two: Bytes,
}

impl Frames {
    pub(crate) fn of(message: ServerMessage) -> Self {
        let two = message.to_json();
        let one = message.json_in_version_1();
        let encode = |text: String| Connection::encode(&Message::Text(text.into()));
        if one == two {
            let one = encode(one);
            return Self {
                two: one.clone(),
                one,
            };
        }
        let (one, two) = (encode(one), encode(two));
        Self { one, two }
    }

    pub(crate) fn in_version(&self, version: u32) -> &Bytes {
        match version {
            ONE => &self.one,
            _ => &self.two,
        }
    }
}

/// Wakes a connection when something has happened in one of its rooms, and knows in which.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rooms: Mutex<BTreeSet<String>>,
    notify: Notify,
}

impl Bell {
    pub(crate) fn ring(&self, room: &str) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if !rooms.contains(room) {
            rooms.insert(room.to_owned());
            self.notify.notify_one();
        }
    }

    /// Waits until it is rung, and says for which rooms. Safe to be dropped.
    pub(crate) async fn rung(&self) -> BTreeSet<String> {
        loop {
            let rooms = self.take();
            if !rooms.is_empty() {
                return rooms;
            }
            self.notify.notified().await;
        }
    }

    fn take(&self) -> BTreeSet<String> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut rooms)
    }
}

/// Somebody's seat in a room. Dropped, it is free.
#[derive(Debug)]
pub(crate) struct Seat {
    halls: Halls,
    room: Room,
    number: u64,
    name: Name,
    /// How much of the news has been told.
    told: u64,
}

/// What a seat has not been told.
pub(crate) struct Untold {
    pub(crate) news: Vec<News>,
    /// Whether some of it is not at hand any more.
    pub(crate) missed: bool,
}

impl Halls {
    /// Without anybody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a seat. The others hear of it, if it is the person's first.
    pub(crate) fn enter(&self, room: Room, name: Name, bell: &Arc<Bell>) -> Seat {
        let mut state = self.lock();
        state.guests += 1;
        let number = state.guests;
        let hall = state.halls.entry(room.to_string()).or_default();
        if !hall.has(&name) {
            hall.tell(room.as_str(), presence(&room, &name, Presence::Here));
        }
        hall.seats.insert(number, (name.clone(), Arc::clone(bell)));
        let told = hall.before + hall.news.len() as u64;
        let halls = self.clone();
        Seat {
            halls,
            room,
            number,
            name,
            told,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Audience for Halls {
    fn tell(&mut self, room: &str, entry: &Arc<Entry>) {
        let mut state = self.lock();
        let (Some(hall), Ok(name)) = (state.halls.get_mut(room), Room::new(room))
        else {
            return;
        };
        let frames = Frames::of(ServerMessage::of(name, entry));
        let seq = Some(entry.seq);
        hall.tell(
            room,
            News {
                seq,
                not_to: None,
                frames,
            },
        );
    }
}

impl Hall {
    fn has(&self, name: &Name) -> bool {
        self.seats.values().any(|(seated, _)| seated == name)
    }

    fn tell(&mut self, room: &str, news: News) {
        if self.news.len() == AT_HAND {
            self.news.pop_front();
            self.before += 1;
        }
        self.news.push_back(news);
        self.seats.values().for_each(|(_, bell)| bell.ring(room));
    }
}

fn presence(room: &Room, name: &Name, state: Presence) -> News {
    let (room, name) = (room.clone(), name.clone());
    let not_to = Some(name.clone());
    let frames = Frames::of(ServerMessage::Presence { room, name, state });
    News {
        seq: None,
        not_to,
        frames,
    }
}

impl Seat {
    /// Everybody who is here, each name once and in order.
    pub(crate) fn members(&self) -> Vec<Name> {
        let state = self.halls.lock();
        let hall = state.halls.get(self.room.as_str());
        let seats = hall.into_iter().flat_map(|hall| hall.seats.values());
        let names: BTreeSet<&Name> = seats.map(|(name, _)| name).collect();
        names.into_iter().cloned().collect()
    }

    /// Tells the others that this person is writing.
    pub(crate) fn typing(&self) {
        let (room, name) = (self.room.clone(), self.name.clone());
        let frames = Frames::of(ServerMessage::Typing { room, name });
        let not_to = Some(self.name.clone());
        if let Some(hall) = self.halls.lock().halls.get_mut(self.room.as_str()) {
            hall.tell(
                self.room.as_str(),
                News {
                    seq: None,
                    not_to,
                    frames,
                },
            );
        }
    }

    /// What has happened since it was last asked.
    pub(crate) fn untold(&mut self) -> Untold {
        let state = self.halls.lock();
        let Some(hall) = state.halls.get(self.room.as_str()) else {
            let (news, missed) = (Vec::new(), false);
            return Untold { news, missed };
        };
        let missed = self.told < hall.before;
        let from = usize::try_from(self.told.saturating_sub(hall.before)).unwrap_or(0);
        let news = hall.news.iter().skip(from);
        let to_us = |news: &&News| news.not_to.as_ref() != Some(&self.name);
        let news = news.filter(to_us).cloned().collect();
        self.told = hall.before + hall.news.len() as u64;
        Untold { news, missed }
    }
}

impl News {
    pub(crate) fn frame(&self, version: u32) -> &Bytes {
        self.frames.in_version(version)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.halls.lock();
        let Some(hall) = state.halls.get_mut(self.room.as_str()) else {
            return;
        };
        hall.seats.remove(&self.number);
        if hall.seats.is_empty() {
            state.halls.remove(self.room.as_str());
        } else if !hall.has(&self.name) {
            let gone = presence(&self.room, &self.name, Presence::Gone);
            hall.tell(self.room.as_str(), gone);
        }
    }
}
