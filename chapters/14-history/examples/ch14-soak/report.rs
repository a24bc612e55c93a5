//! What a soak has come to.

use std::fmt;

use crate::check::Rooms;
use crate::notes::{Heard, Kind, Log};

/// What was found, if nothing was wrong.
#[derive(Debug)]
pub(crate) struct Report {
    clients: usize,
    cuts: usize,
    accepted: usize,
    kept: usize,
    heard: usize,
    gaps: usize,
    /// How many of them were told to those who come back to where they were.
    gaps_of_people: usize,
    dropped: usize,
    waits: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} clients were cut {} times; {} messages, edits and deletions were \
             acknowledged, {} are kept, {} were heard: each once, and in the same order",
            self.clients, self.cuts, self.accepted, self.kept, self.heard
        )?;
        write!(
            f,
            "the server has waited for slow readers {} times, told of {} gaps ({} of them \
             to somebody who came back), and left out something for version 1 {} times",
            self.waits, self.gaps, self.gaps_of_people, self.dropped
        )
    }
}

impl Report {
    pub(crate) fn new(rooms: &Rooms, logs: &[Log]) -> Self {
        let heard = || logs.iter().flat_map(|log| &log.heard);
        let is_entry = |heard: &&Heard| matches!(heard, Heard::Entry(_));
        let is_gap = |heard: &&Heard| matches!(heard, Heard::Gap(..));
        let people = logs.iter().filter(|log| log.kind == Kind::Person);
        let people = people.flat_map(|log| &log.heard);
        Self {
            clients: logs.len(),
            cuts: logs.iter().map(|log| log.cuts).sum(),
            accepted: logs.iter().map(|log| log.accepted.len()).sum(),
            kept: rooms.values().map(Vec::len).sum(),
            heard: heard().filter(is_entry).count(),
            gaps: heard().filter(is_gap).count(),
            gaps_of_people: people.filter(is_gap).count(),
            dropped: heard().filter(|it| **it == Heard::Dropped).count(),
            waits: logs.iter().map(|log| log.waits).sum(),
        }
    }

    /// Whether a reader was so slow that the server had to wait.
    pub(crate) fn has_waited(&self) -> bool {
        self.waits > 0
    }
}
