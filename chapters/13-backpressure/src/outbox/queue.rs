//! The queue of an outbox, and what goes when there is too much in it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use chat::protocol::Room;
use tokio::time::Instant;

use super::{Capacity, Policy};
use crate::parcel::{Kind, Parcel};

/// An empty queue that has held more entries than this gives their memory back.
const KEPT: usize = 32;

/// Who has taken nothing for so long is slow, and nobody waits for them.
const SLOW: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) entries: VecDeque<Entry>,
    /// Its frames, and their bytes.
    pub(super) waiting: Capacity,
    /// Whether there was too much, and it was the end.
    pub(super) overflow: bool,
    /// Since when the reader's line has taken nothing, if it takes nothing now.
    pub(super) stuck: Option<Instant>,
    /// Who waits for something to happen.
    pub(super) waiter: Option<Waker>,
}

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

/// What came of making room.
pub(super) enum Made {
    Room,
    /// It is not worth the others.
    NotForIt,
    /// There is nothing that may go.
    None,
}

impl Queue {
    pub(super) fn push(&mut self, parcel: &Arc<Parcel>) {
        self.waiting.frames += 1;
        self.waiting.bytes += parcel.frame().len();
        self.entries.push_back(Entry::Parcel(Arc::clone(parcel)));
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        if let Entry::Parcel(parcel) = &entry {
            self.gone(parcel);
        }
        if self.entries.is_empty() && self.entries.capacity() > KEPT {
            self.entries = VecDeque::new();
        }
        Some(entry)
    }

    fn remove(&mut self, at: usize) -> Option<Arc<Parcel>> {
        match self.entries.remove(at)? {
            Entry::Parcel(parcel) => {
                self.gone(&parcel);
                Some(parcel)
            }
            Entry::Hole(_) => None,
        }
    }

    fn gone(&mut self, parcel: &Parcel) {
        self.waiting.frames -= 1;
        self.waiting.bytes -= parcel.frame().len();
    }

    /// Forgets everything at once: nobody will read it.
    pub(super) fn overflow(&mut self) {
        self.entries = VecDeque::new();
        self.waiting = Capacity::default();
        self.overflow = true;
    }

    /// Of a state only the newest is worth something: takes an older one away.
    pub(super) fn replace(&mut self, newer: &Parcel) {
        let (Kind::Presence(..) | Kind::Typing(..)) = newer.kind() else {
            return;
        };
        if let Some(at) = self.position(|kind| kind == newer.kind()) {
            self.remove(at);
        }
    }

    pub(super) fn make_room(
        &mut self,
        parcel: &Parcel,
        capacity: Capacity,
        policy: Policy,
    ) -> Made {
        while !self.has_room(parcel, capacity) {
            if let Some(at) = self.position(|kind| matches!(kind, Kind::Typing(..))) {
                self.remove(at);
                continue;
            }
            match parcel.kind() {
                Kind::Typing(..) => return Made::NotForIt,
                _ if self.drop_oldest(Kind::is_presence) => {}
                Kind::Presence(room, _) => {
                    self.miss(room, self.entries.len());
                    return Made::NotForIt;
                }
                _ if policy == Policy::Close => return Made::None,
                _ if self.drop_oldest(Kind::is_message) => {}
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

    fn position(&self, is: impl Fn(&Kind) -> bool) -> Option<usize> {
        let mut entries = self.entries.iter();
        entries.position(|entry| entry.parcel().is_some_and(|it| is(it.kind())))
    }

    /// Drops what has waited longest of a kind, and counts it. Whether there was such a
    /// thing.
    fn drop_oldest(&mut self, is: fn(&Kind) -> bool) -> bool {
        let Some(at) = self.position(is) else {
            return false;
        };
        let dropped = self.remove(at);
        if let Some(room) = dropped.as_deref().and_then(Parcel::room) {
            self.miss(room, at);
        }
        true
    }

    /// Counts what is missing at this place. The notice comes no later than the gap: a hole
    /// that stands further back moves to the front.
    fn miss(&mut self, room: &Room, at: usize) {
        let mut entries = self.entries.iter_mut().enumerate();
        let hole = entries.find_map(|(place, entry)| {
            let hole = entry.hole().filter(|hole| hole.room == *room)?;
            hole.count += 1;
            Some((place, hole.count))
        });
        let count = match hole {
            Some((place, _)) if place <= at => return,
            Some((place, count)) => {
                self.entries.remove(place);
                count
            }
            None => 1,
        };
        let room = room.clone();
        let hole = Entry::Hole(Box::new(Hole { room, count }));
        self.entries.insert(at, hole);
    }
}

impl Entry {
    fn parcel(&self) -> Option<&Parcel> {
        match self {
            Self::Parcel(parcel) => Some(parcel),
            Self::Hole(_) => None,
        }
    }

    fn hole(&mut self) -> Option<&mut Hole> {
        match self {
            Self::Parcel(_) => None,
            Self::Hole(hole) => Some(hole),
        }
    }
}
