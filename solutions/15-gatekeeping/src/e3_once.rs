//! Tickets that are good once, and not for long.

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
    /// In the order in which they were issued, which is that in which they end.
    good: VecDeque<Ticket>,
}

struct Ticket {
    secret: Secret,
    who: &'static str,
    until: u64,
}

impl Tickets {
    /// Gives out a ticket.
    ///
    /// # Errors
    ///
    /// When there is no room for it.
    pub fn issue(
        &mut self,
        now: u64,
        who: &'static str,
        secret: Secret,
    ) -> Result<(), Full> {
        self.forget(now);
        let own = self.good.iter().filter(|ticket| ticket.who == who);
        if own.count() == EACH
            && let Some(oldest) = self.good.iter().position(|ticket| ticket.who == who)
        {
            self.good.remove(oldest);
        }
        if self.good.len() == MOST {
            return Err(Full);
        }
        let until = now + LIFE;
        self.good.push_back(Ticket { secret, who, until });
        Ok(())
    }

    /// Whose ticket this is, if it is good. It is good no more.
    pub fn redeem(&mut self, now: u64, secret: Secret) -> Option<&'static str> {
        self.forget(now);
        let at = self
            .good
            .iter()
            .position(|ticket| ticket.secret == secret)?;
        Some(self.good.remove(at)?.who)
    }

    /// How many are kept.
    pub fn held(&self) -> usize {
        self.good.len()
    }

    /// Takes out those that are over.
    fn forget(&mut self, now: u64) {
        let over = self.good.iter().take_while(|ticket| ticket.until <= now);
        self.good.drain(..over.count());
    }
}
