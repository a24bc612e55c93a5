//! Somebody reads slowly. Keep the newest messages for them, and never more than there is
//! room for; and where messages are missing, say so, and how many.
//!
//! Write `Outbox`. A message is its number here.
//!
//! * `put` never waits and never refuses. When `capacity` messages wait already, the one
//!   that has waited longest goes, and is counted.
//! * `take` gives what the reader is to get next, or nothing. Where messages have been
//!   dropped, it first gives *one* `Dropped` with their number. The reader has to learn of
//!   the gap before it gets what stands behind it.
//! * A `Dropped` takes up none of the room, and is told once.
//!
//! The capacity is at least 1.

use std::collections::VecDeque;

/// What the reader gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The message with this number.
    Message(u64),
    /// So many are missing here.
    Dropped(u64),
}

/// What waits for one reader.
pub struct Outbox {
    capacity: usize,
    waiting: VecDeque<u64>,
    /// How many have been dropped, and not told.
    dropped: u64,
}

impl Outbox {
    /// An empty one, with room for so many messages.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            waiting: VecDeque::new(),
            dropped: 0,
        }
    }

    /// Puts a message behind the others.
    pub fn put(&mut self, message: u64) {
        todo!("make room first, if there is none")
    }

    /// What the reader is to get next.
    pub fn take(&mut self) -> Option<Next> {
        todo!("a notice of what is missing, or a message")
    }
}
