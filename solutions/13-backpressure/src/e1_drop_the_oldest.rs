//! Dropping the oldest, and saying so.

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
        if self.waiting.len() == self.capacity {
            self.waiting.pop_front();
            self.dropped += 1;
        }
        self.waiting.push_back(message);
    }

    /// What the reader is to get next. What was dropped was older than all that waits, so
    /// the notice comes first.
    pub fn take(&mut self) -> Option<Next> {
        match std::mem::take(&mut self.dropped) {
            0 => self.waiting.pop_front().map(Next::Message),
            count => Some(Next::Dropped(count)),
        }
    }
}
