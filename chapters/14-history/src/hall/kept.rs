//! What has happened in a room and has not been told to everybody.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use chat::protocol::Name;
use tokio::time::Instant;

use super::Piece;
use super::frames::Frames;
use crate::log::{Entry, What};

/// The most entries that are kept for those who are behind. Whoever is further behind reads
/// the log.
pub(super) const MAX_ENTRIES: usize = 256;

/// The most bytes that these may have.
pub(super) const MAX_BYTES: usize = 64 << 10;

/// Of so many people it is kept that they came or went, or of as many as are here, if they
/// are more. Whoever has missed more than that reads the list of all.
pub(super) const MAX_PRESENCE: usize = 1024;

/// After so long it is not worth telling that somebody was writing.
pub(super) const TYPING_LIVES: Duration = Duration::from_secs(10);

/// What has happened in a room and has not been told to everybody.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How much has happened so far. It numbers what is kept.
    pub(super) count: u64,
    /// How often somebody came or went.
    pub(super) presences: u64,
    entries: VecDeque<KeptEntry>,
    bytes: usize,
    presence: Latest,
    typing: Latest,
    /// The last presence that is not kept, though somebody may not have been told.
    missed: u64,
}

#[derive(Debug)]
struct KeptEntry {
    at: u64,
    seq: u64,
    /// The message whose words these are; for a deletion its own number.
    message: u64,
    frames: Frames,
}

/// The latest of each person, in order.
#[derive(Debug, Default)]
struct Latest {
    of: HashMap<Name, u64>,
    in_order: BTreeMap<u64, (Name, Instant, Frames)>,
}

impl Kept {
    /// An entry. One that has come before is passed over.
    pub(super) fn entry(&mut self, entry: &Entry, frames: Frames) {
        let seq = entry.seq;
        if self.entries.back().is_some_and(|last| seq <= last.seq) {
            return;
        }
        let message = match entry.what {
            What::Edited { target, .. } => target,
            What::Deleted { target } => {
                // Its words are told to nobody any more. Whoever has not heard them finds
                // that a number is missing, and reads in the log what is left of it.
                self.forget_words(target);
                seq
            }
            What::Said { .. } => seq,
        };
        self.count += 1;
        self.bytes += frames.size();
        self.entries.push_back(KeptEntry {
            at: self.count,
            seq,
            message,
            frames,
        });
        while self.entries.len() > MAX_ENTRIES
            || (self.bytes > MAX_BYTES && self.entries.len() > 1)
        {
            self.pop_entry();
        }
    }

    fn pop_entry(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.bytes -= entry.frames.size();
        }
    }

    fn forget_words(&mut self, message: u64) {
        let bytes = &mut self.bytes;
        self.entries.retain(|entry| {
            let is_kept = entry.message != message;
            if !is_kept {
                *bytes -= entry.frames.size();
            }
            is_kept
        });
    }

    /// Somebody has come or gone, and so many are here now.
    pub(super) fn presence(&mut self, name: &Name, frames: Frames, here: usize) {
        self.count += 1;
        self.presences += 1;
        self.typing.remove(name);
        self.presence.put(self.count, name, frames);
        while self.presence.in_order.len() > MAX_PRESENCE.max(here) {
            self.missed = self.presence.pop().unwrap_or(self.missed);
        }
    }

    /// Somebody is writing.
    pub(super) fn typing(&mut self, name: &Name, frames: Frames) {
        self.count += 1;
        self.typing.put(self.count, name, frames);
    }

    /// Whether somebody came or went after `heard` of whom it is not known any more.
    pub(super) fn has_missed(&self, heard: u64) -> bool {
        heard < self.missed
    }

    /// What came after `heard`, in order, but for what is about `listener`.
    pub(super) fn after(&self, heard: u64, listener: &Name) -> Vec<Piece> {
        let from = self.entries.partition_point(|entry| entry.at <= heard);
        let entries = self.entries.range(from..).map(|entry| Piece {
            at: entry.at,
            seq: Some(entry.seq),
            frames: entry.frames.clone(),
        });
        let mut pieces: Vec<Piece> = entries.collect();
        pieces.extend(self.presence.after(heard, listener).map(|(piece, _)| piece));
        let typing = self.typing.after(heard, listener);
        let is_fresh = |since: &Instant| since.elapsed() < TYPING_LIVES;
        pieces.extend(
            typing
                .filter(|(_, since)| is_fresh(since))
                .map(|(piece, _)| piece),
        );
        pieces.sort_unstable_by_key(|piece| piece.at);
        pieces
    }

    /// Everybody has been told up to here.
    pub(super) fn told(&mut self, up_to: u64) {
        while self.entries.front().is_some_and(|entry| entry.at <= up_to) {
            self.pop_entry();
        }
        self.presence.told(up_to);
        self.typing.told(up_to);
    }
}

impl Latest {
    fn put(&mut self, at: u64, name: &Name, frames: Frames) {
        self.remove(name);
        self.of.insert(name.clone(), at);
        let latest = (name.clone(), Instant::now(), frames);
        self.in_order.insert(at, latest);
    }

    fn remove(&mut self, name: &Name) {
        if let Some(at) = self.of.remove(name) {
            self.in_order.remove(&at);
        }
    }

    fn pop(&mut self) -> Option<u64> {
        let (at, (name, _, _)) = self.in_order.pop_first()?;
        self.of.remove(&name);
        Some(at)
    }

    fn told(&mut self, up_to: u64) {
        while self
            .in_order
            .first_key_value()
            .is_some_and(|(at, _)| *at <= up_to)
        {
            self.pop();
        }
    }

    /// With the time at which it was put here.
    fn after(
        &self,
        heard: u64,
        listener: &Name,
    ) -> impl Iterator<Item = (Piece, Instant)> {
        let after = self.in_order.range(heard.saturating_add(1)..);
        let others = after.filter(move |(_, (name, _, _))| name != listener);
        others.map(|(at, (_, since, frames))| {
            let (at, seq, frames) = (*at, None, frames.clone());
            (Piece { at, seq, frames }, *since)
        })
    }
}

#[cfg(test)]
impl Kept {
    /// How many entries are kept, and their bytes.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.entries.len(), self.bytes)
    }

    /// Of how many people something is kept.
    pub(super) fn people(&self) -> usize {
        self.presence.in_order.len() + self.typing.in_order.len()
    }
}
