//! A board that keeps its newest events. It stores texts and nothing else: which number an
//! event has follows from its place and from `last`, the number of the newest one. A board
//! that keeps 2 events and to which `a`, `b`, `c` were appended looks like this:
//!
//! ```text
//! texts   ["b", "c"]
//! last    3            so "c" is event 3, and "b" is event 2; event 1 is gone
//! ```
//!
//! Write `since`. A reader comes with its cursor, the number of the last event it has (0
//! when it has none), and gets a `Page`:
//!
//! * `events`: everything after the cursor that is kept, oldest first;
//! * `gap`: the events after the cursor that are *not* kept, by their first and last
//!   number; `None` when there are none. Nothing is ever skipped in silence;
//! * `next`: the cursor to come with next time.
//!
//! A cursor greater than `last` is from the future. No answer to it would be true, so the
//! answer is `FutureCursor`. A cursor comes from a stranger and may be any number that fits
//! a `u64`: none of them may make `since` panic.
//!
//! When it works, `cargo run -p ex02-short-polling` serves your board, and the lab of
//! this chapter can ask it.

use std::collections::VecDeque;

use short_polling::{Event, FutureCursor, Gap, Page};

/// A board that keeps the newest texts.
pub struct Board {
    capacity: usize,
    /// What is kept, oldest first.
    texts: VecDeque<String>,
    /// The number of the newest event; 0 before the first one.
    last: u64,
}

impl Board {
    /// An empty board that keeps `capacity` events, which is not 0.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            texts: VecDeque::new(),
            last: 0,
        }
    }

    /// Adds an event and gives its number. The oldest one goes when the board is full.
    pub fn append(&mut self, text: &str) -> u64 {
        if self.texts.len() == self.capacity {
            self.texts.pop_front();
        }
        self.texts.push_back(text.to_owned());
        self.last += 1;
        self.last
    }

    /// What happened after the event `cursor`.
    pub fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        todo!(
            "turn the cursor into a gap, the events that are kept, and the next cursor"
        )
    }
}
