//! Without a WebSocket, a browser says things with `POST`. The answer may be lost when the
//! request was not, so it is sent again; and it may arrive a second time although the first one
//! has, for proxies repeat requests, too. The client numbers its messages, 1, 2, 3 and so on,
//! and a request says the number of the first of those that it holds.
//!
//! Write `Inbox`, where they arrive.
//!
//! * Each message is taken once, and in order. Of a request that holds some that were taken
//!   and some that were not, only those are taken that were not.
//! * At most `ROOM` wait to be heard. As many are taken as there is room for; the others will
//!   come again.
//! * `say` gives the number of the last message that was taken so far, 0 if there was none. By
//!   that the client knows what to send next.
//! * When messages are missing before the first one, nothing is taken, and `Gap` says which
//!   number is expected. There is no message 0: a request that begins there is a `Gap`, too.
//! * Anything may come in a request, and nothing makes it panic.

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
    pub fn say(&mut self, first: u64, messages: &[&str]) -> Result<u64, Gap> {
        todo!("is there a gap, how many are old, and how many have room?")
    }

    /// The next message for who listens.
    pub fn hear(&mut self) -> Option<String> {
        self.waiting.pop_front()
    }
}
