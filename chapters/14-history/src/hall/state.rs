//! What is known of one room.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chat::protocol::{Name, Room};

use super::frames::Frames;
use super::kept::Kept;
use super::seat::Bell;
use super::{Missed, Untold};
use crate::fan_out::News;

#[derive(Debug, Default)]
pub(super) struct State {
    /// Nobody was left in it. Whoever comes needs a new one.
    pub(super) is_closed: bool,
    /// Who is here, and with how many connections, wherever these are.
    members: BTreeMap<Name, usize>,
    /// The readers of this process.
    seats: HashMap<u64, Arc<Bell>>,
    seats_taken: u64,
    /// How many of them have been told up to where.
    told: BTreeMap<u64, usize>,
    kept: Kept,
}

/// How much a seat has been told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    /// All that is kept up to here.
    up_to: u64,
    /// So many came and went.
    presences: u64,
}

impl State {
    /// Gives a seat: its number, and from where it is told.
    pub(super) fn sit(&mut self, bell: &Arc<Bell>) -> (u64, Heard) {
        self.seats_taken += 1;
        self.seats.insert(self.seats_taken, Arc::clone(bell));
        let heard = self.now();
        *self.told.entry(heard.up_to).or_default() += 1;
        (self.seats_taken, heard)
    }

    pub(super) fn stand_up(&mut self, number: u64, heard: Heard) {
        self.seats.remove(&number);
        self.moves_from(heard);
        self.forget_told();
    }

    fn now(&self) -> Heard {
        Heard {
            up_to: self.kept.count,
            presences: self.kept.presences,
        }
    }

    fn moves_from(&mut self, heard: Heard) {
        if let Some(seats) = self.told.get_mut(&heard.up_to) {
            *seats -= 1;
            if *seats == 0 {
                self.told.remove(&heard.up_to);
            }
        }
    }

    /// What all have been told is not kept.
    fn forget_told(&mut self) {
        let least = self.told.first_key_value().map(|(up_to, _)| *up_to);
        self.kept.told(least.unwrap_or(self.kept.count));
    }

    /// Something has happened.
    pub(super) fn hear(&mut self, room: &Room, news: &News, frames: Frames) {
        let before = self.kept.count;
        match news {
            News::Entry(entry) => self.kept.entry(entry, frames),
            News::Entered(name) => {
                let connections = self.members.entry(name.clone()).or_default();
                *connections += 1;
                if *connections == 1 {
                    self.kept.presence(name, frames, self.members.len());
                }
            }
            News::Left(name) => self.left(name, frames),
            News::Typing(name) if self.members.contains_key(name) => {
                self.kept.typing(name, frames);
            }
            News::Typing(_) => {}
        }
        if self.kept.count > before {
            self.forget_told();
            self.seats.values().for_each(|bell| bell.ring(room));
        }
    }

    fn left(&mut self, name: &Name, frames: Frames) {
        let Some(connections) = self.members.get_mut(name) else {
            return;
        };
        *connections -= 1;
        if *connections == 0 {
            self.members.remove(name);
            self.kept.presence(name, frames, self.members.len());
        }
    }

    /// Everybody who is here, each name once and in order.
    pub(super) fn members(&self) -> Vec<Name> {
        self.members.keys().cloned().collect()
    }

    /// What a seat has not been told, and how much it has been told with it.
    pub(super) fn untold(&mut self, heard: Heard, listener: &Name) -> (Untold, Heard) {
        let now = self.now();
        let pieces = self.kept.after(heard.up_to, listener);
        let missed = self.kept.has_missed(heard.up_to).then(|| {
            let told = pieces.iter().filter(|piece| piece.seq.is_none()).count();
            let happened = now.presences - heard.presences;
            Missed {
                count: happened.saturating_sub(told as u64).max(1),
                members: self.members(),
            }
        });
        self.moves_from(heard);
        *self.told.entry(now.up_to).or_default() += 1;
        self.forget_told();
        (Untold { pieces, missed }, now)
    }

    pub(super) fn close_if_empty(&mut self) -> bool {
        self.is_closed = self.seats.is_empty() && self.members.is_empty();
        self.is_closed
    }
}

#[cfg(test)]
impl State {
    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }
}
