//! A page that has signed in asks for a *ticket*, and shows it in the first message on its
//! WebSocket. A ticket is good once, and not for long: whoever finds one later, in a log or in
//! a proxy, has found nothing.
//!
//! Write `Tickets`, which holds those that have been given out. A ticket is sixteen random
//! bytes, which come from outside, as the time does.
//!
//! * A ticket is good for `LIFE` milliseconds: 29,999 after it was issued it is, 30,000
//!   after it is not.
//! * It is good once. `redeem` tells whose it is, and from then on it is nobody's.
//! * Only what can still be redeemed takes up room. There are never more than `MOST` such
//!   tickets. When there is no room for one more, `issue` says `Full`, and those that were
//!   promised stay good.
//! * Nobody has more than `EACH`. Who asks for one more gets it, and the oldest of their own
//!   is good no more: a page that was reloaded ten times has forgotten the others. So nobody
//!   alone can use up the room of all.
//! * `held` tells how many are kept: none that is worth nothing any more, at the time of the
//!   last call.
//!
//! Times are in milliseconds since the server began. They never run backwards.

use std::collections::VecDeque;

/// How long a ticket is good, in milliseconds.
pub const LIFE: u64 = 30_000;
/// The most tickets that can be redeemed.
pub const MOST: usize = 100;
/// The most of one person.
pub const EACH: usize = 4;

/// What a client shows.
pub type Secret = [u8; 16];

/// There is no room for another ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// The tickets that can be redeemed.
#[derive(Default)]
pub struct Tickets {
    // Yours: what is to be known of each?
}

impl Tickets {
    /// Gives out a ticket.
    pub fn issue(
        &mut self,
        now: u64,
        who: &'static str,
        secret: Secret,
    ) -> Result<(), Full> {
        todo!("forget what is over, then look for room")
    }

    /// Whose ticket this is, if it is good. It is good no more.
    pub fn redeem(&mut self, now: u64, secret: Secret) -> Option<&'static str> {
        todo!("take it out")
    }

    /// How many are kept.
    pub fn held(&self) -> usize {
        todo!("count them")
    }
}
