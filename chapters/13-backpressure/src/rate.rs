//! How often something may happen.

use std::time::{Duration, Instant};

/// How often something may happen: so many at once, and then one in each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many may come at once, after a silence.
    pub burst: u32,
    /// How long it takes until one more may come.
    pub interval: Duration,
}

/// Keeps one account of a [`Rate`].
///
/// It is a bucket of tokens of which only one number is kept: the time at which it will be
/// full again. Whoever takes a token moves that time by an interval, and there is a token as
/// long as the time is less than a burst away.
#[derive(Debug)]
pub struct Account {
    rate: Rate,
    full: Option<Instant>,
}

impl Account {
    /// A full bucket.
    pub fn new(rate: Rate) -> Self {
        Self { rate, full: None }
    }

    /// Takes a token, if there is one.
    pub fn takes(&mut self, now: Instant) -> bool {
        let Rate { burst, interval } = self.rate;
        let full = self.full.map_or(now, |full| full.max(now));
        let missing = full.duration_since(now);
        if missing.saturating_add(interval) > interval.saturating_mul(burst) {
            return false;
        }
        self.full = full.checked_add(interval);
        true
    }
}
