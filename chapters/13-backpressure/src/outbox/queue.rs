//! The queue of an outbox, and what goes when there is too much in it.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use chat::protocol::Room;
use tokio::time::Instant;

use super::{Capacity, Policy};
use crate::parcel::{Kind, Parcel, Sort};

/// An empty queue that has held more entries than this gives their memory back.
const KEPT: usize = 32;

/// Who has taken nothing for so long is slow, and nobody waits for them.
const SLOW: Duration = Duration::from_secs(1);

/// What waits, and where. Whoever speaks puts something into a thousand of these under the
/// room's lock, so nothing is looked for entry by entry.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// In the order of their places.
    entries: VecDeque<(Place, Entry)>,
    /// The place behind the last one.
    end: Place,
    /// The places of presence and typing, of which only the newest waits.
    states: BTreeMap<State, Place>,
    holes: BTreeMap<Room, Place>,
    messages: Oldest,
    presence: Oldest,
    typing: Oldest,
    /// Its frames, and their bytes.
    pub(super) waiting: Capacity,
    /// Whether there was too much, and it was the end.
    pub(super) overflow: bool,
    /// Since when the reader's line has taken nothing, if it takes nothing now.
    pub(super) stuck: Option<Instant>,
    /// Who waits for something to happen.
    pub(super) waiter: Option<Waker>,
}

/// Where an entry stands. What goes or comes elsewhere does not change it.
type Place = u64;

#[derive(Debug)]
pub(super) enum Entry {
    Parcel(Arc<Parcel>),
    /// Where frames of a room were dropped. A queue has one for each room at most.
    Hole(Box<Hole>),
}

#[derive(Debug)]
pub(super) struct Hole {
    pub(super) room: Room,
    pub(super) count: u64,
}

/// How many there are of a sort, and a place before which there are none. It only moves on,
/// so that all looking for the oldest passes each entry once.
#[derive(Debug, Default)]
struct Oldest {
    count: usize,
    from: Place,
}

/// What came of making room.
pub(super) enum Made {
    Room,
    /// It is not worth the others.
    NotForIt,
    /// There is nothing that may go.
    None,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn push(&mut self, parcel: &Arc<Parcel>) {
        let place = self.next_place();
        self.waiting.frames += 1;
        self.waiting.bytes += parcel.frame().len();
        if let Some(sort) = parcel.kind().sort() {
            self.of(sort).count += 1;
        }
        if parcel.kind().is_state() {
            self.states.insert(State(Arc::clone(parcel)), place);
        }
        let entry = Entry::Parcel(Arc::clone(parcel));
        self.entries.push_back((place, entry));
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        let (_, entry) = self.entries.pop_front()?;
        self.gone(&entry);
        if self.entries.is_empty() && self.entries.capacity() > KEPT {
            self.entries = VecDeque::new();
        }
        Some(entry)
    }

    fn next_place(&mut self) -> Place {
        let place = self.end;
        self.end += 1;
        place
    }

    /// How many entries stand before this place.
    fn before(&self, place: Place) -> usize {
        self.entries.partition_point(|(other, _)| *other < place)
    }

    fn remove(&mut self, place: Place) -> Option<Entry> {
        let (_, entry) = self.entries.remove(self.before(place))?;
        self.gone(&entry);
        Some(entry)
    }

    /// Keeps the accounts of what has been taken out.
    fn gone(&mut self, entry: &Entry) {
        match entry {
            Entry::Parcel(parcel) => {
                self.waiting.frames -= 1;
                self.waiting.bytes -= parcel.frame().len();
                if let Some(sort) = parcel.kind().sort() {
                    self.of(sort).count -= 1;
                }
                if parcel.kind().is_state() {
                    self.states.remove(parcel.kind());
                }
            }
            Entry::Hole(hole) => {
                self.holes.remove(&hole.room);
            }
        }
    }

    /// Forgets everything at once: nobody will read it.
    pub(super) fn overflow(&mut self) {
        *self = Self {
            overflow: true,
            waiter: self.waiter.take(),
            ..Self::default()
        };
    }

    /// Of a state only the newest is worth something: takes an older one away.
    pub(super) fn replace(&mut self, newer: &Parcel) {
        if let Some(place) = self.states.get(newer.kind()) {
            self.remove(*place);
        }
    }

    pub(super) fn make_room(
        &mut self,
        parcel: &Parcel,
        capacity: Capacity,
        policy: Policy,
    ) -> Made {
        while !self.has_room(parcel, capacity) {
            if let Some(place) = self.oldest(Sort::Typing) {
                self.remove(place);
                continue;
            }
            match parcel.kind() {
                Kind::Typing(..) => return Made::NotForIt,
                _ if self.drop_oldest(Sort::Presence) => {}
                Kind::Presence(room, _) => {
                    let place = self.next_place();
                    self.miss(room, place);
                    return Made::NotForIt;
                }
                _ if policy == Policy::Close => return Made::None,
                _ if self.drop_oldest(Sort::Message) => {}
                _ => return Made::None,
            }
        }
        Made::Room
    }

    fn has_room(&self, parcel: &Parcel, capacity: Capacity) -> bool {
        let Capacity { frames, bytes } = self.waiting;
        let bytes = bytes.saturating_add(parcel.frame().len());
        frames == 0 || (frames < capacity.frames && bytes <= capacity.bytes)
    }

    pub(super) fn wants_a_turn(&self, capacity: Capacity) -> bool {
        let Capacity { frames, bytes } = self.waiting;
        let is_half_full = frames > capacity.frames / 2 || bytes > capacity.bytes / 2;
        is_half_full && self.stuck.is_none_or(|since| since.elapsed() < SLOW)
    }

    fn of(&mut self, sort: Sort) -> &mut Oldest {
        match sort {
            Sort::Message => &mut self.messages,
            Sort::Presence => &mut self.presence,
            Sort::Typing => &mut self.typing,
        }
    }

    /// Where that stands which has waited longest of a sort.
    fn oldest(&mut self, sort: Sort) -> Option<Place> {
        let Oldest { count, from } = *self.of(sort);
        if count == 0 {
            return None;
        }
        let mut entries = self.entries.range(self.before(from)..);
        let (place, _) = entries.find(|(_, entry)| entry.sort() == Some(sort))?;
        let place = *place;
        self.of(sort).from = place;
        Some(place)
    }

    /// Drops what has waited longest of a sort, and counts it. Whether there was such a
    /// thing.
    fn drop_oldest(&mut self, sort: Sort) -> bool {
        let Some(place) = self.oldest(sort) else {
            return false;
        };
        if let Some(Entry::Parcel(dropped)) = self.remove(place)
            && let Some(room) = dropped.room()
        {
            self.miss(room, place);
        }
        true
    }

    /// Counts what is missing at this place. The notice comes no later than the gap: a hole
    /// that stands further back moves to the front.
    fn miss(&mut self, room: &Room, place: Place) {
        let mut count = 1;
        if let Some(&stands) = self.holes.get(room) {
            let at = self.before(stands);
            if let Some((_, Entry::Hole(hole))) = self.entries.get_mut(at) {
                hole.count += 1;
                count = hole.count;
            }
            if stands < place {
                return;
            }
            self.remove(stands);
        }
        let room = room.clone();
        self.holes.insert(room.clone(), place);
        let hole = Entry::Hole(Box::new(Hole { room, count }));
        self.entries.insert(self.before(place), (place, hole));
    }
}

impl Entry {
    fn sort(&self) -> Option<Sort> {
        match self {
            Self::Parcel(parcel) => parcel.kind().sort(),
            Self::Hole(_) => None,
        }
    }
}

/// A frame that tells somebody's state, and stands for whose and which.
#[derive(Debug)]
struct State(Arc<Parcel>);

impl Borrow<Kind> for State {
    fn borrow(&self) -> &Kind {
        self.0.kind()
    }
}

impl Ord for State {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.kind().cmp(other.0.kind())
    }
}

impl PartialOrd for State {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.0.kind() == other.0.kind()
    }
}

impl Eq for State {}
