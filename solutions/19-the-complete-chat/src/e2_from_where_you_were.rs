//! What a client says is taken once, however often it is sent.

use std::collections::VecDeque;

/// The most messages that wait.
pub const ROOM: usize = 8;

/// Messages are missing: the one with this number is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What comes next.
    pub expected: u64,
}

/// What one client has said, and nobody has heard yet.
#[derive(Debug, Default)]
pub struct Inbox {
    /// The number of the last message that was taken.
    taken: u64,
    waiting: VecDeque<String>,
}

impl Inbox {
    /// Takes what is new of these messages, of which the first has the number `first`.
    ///
    /// # Errors
    ///
    /// When messages are missing before them.
    pub fn say(&mut self, first: u64, messages: &[&str]) -> Result<u64, Gap> {
        let expected = self.taken + 1;
        if !(1..=expected).contains(&first) {
            return Err(Gap { expected });
        }
        // There are more old ones than a request can hold when that does not fit.
        let old = usize::try_from(expected - first).unwrap_or(usize::MAX);
        let room = ROOM - self.waiting.len();
        for message in messages.iter().skip(old).take(room) {
            self.waiting.push_back((*message).to_owned());
            self.taken += 1;
        }
        Ok(self.taken)
    }

    /// The next message for who listens.
    pub fn hear(&mut self) -> Option<String> {
        self.waiting.pop_front()
    }
}
