//! What a soak has come to.

use std::fmt;

use crate::check::Rooms;
use crate::notes::{Heard, Log};

/// What was found, if nothing was wrong.
#[derive(Debug)]
pub(crate) struct Report {
    clients: usize,
    cuts: usize,
    accepted: usize,
    kept: usize,
    heard: usize,
    gaps: usize,
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
            "the server has waited for slow readers {} times, told of {} gaps, and left \
             out something for version 1 {} times",
            self.waits, self.gaps, self.dropped
        )
    }
}

impl Report {
    pub(crate) fn new(rooms: &Rooms, logs: &[Log]) -> Self {
        let heard = || logs.iter().flat_map(|log| &log.heard);
        let is_entry = |heard: &&Heard| matches!(heard, Heard::Entry(_));
        Self {
            clients: logs.len(),
            cuts: logs.iter().map(|log| log.cuts).sum(),
            accepted: logs.iter().map(|log| log.accepted.len()).sum(),
            kept: rooms.values().map(Vec::len).sum(),
            heard: heard().filter(is_entry).count(),
            gaps: heard().filter(|it| matches!(it, Heard::Gap(..))).count(),
            dropped: heard().filter(|it| **it == Heard::Dropped).count(),
            waits: logs.iter().map(|log| log.waits).sum(),
        }
    }

    /// Whether a reader was so slow that the server had to wait.
    pub(crate) fn has_waited(&self) -> bool {
        self.waits > 0
    }
}
