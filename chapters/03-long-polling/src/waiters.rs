//! Who waits: at most so many at a time, and every one of them is accounted for.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many wait, and what became of those who did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// Those who wait now.
    pub waiting: usize,
    /// Those who waited and were told something.
    pub told: u64,
    /// Those whose time was up.
    pub timed_out: u64,
    /// Those who hung up while they waited.
    pub hung_up: u64,
    /// Those who were turned away, since there was no place.
    pub turned_away: u64,
}

/// So many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// The most that may wait.
    pub most: usize,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} wait already, and no more may", self.most)
    }
}

impl std::error::Error for Full {}

#[derive(Debug)]
pub(crate) struct Waiters {
    most: usize,
    census: Arc<Mutex<Census>>,
}

impl Waiters {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            census: Arc::default(),
        }
    }

    pub(crate) fn census(&self) -> Census {
        *lock(&self.census)
    }

    pub(crate) fn enter(&self) -> Result<Place, Full> {
        let mut census = lock(&self.census);
        if census.waiting >= self.most {
            census.turned_away += 1;
            return Err(Full { most: self.most });
        }
        census.waiting += 1;
        Ok(Place {
            census: Arc::clone(&self.census),
            outcome: Outcome::HungUp,
        })
    }
}

/// Why a wait is over.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome {
    Told,
    TimedOut,
    /// What is assumed of a place that is dropped without a word: the future that waited
    /// was dropped, and with raw_http that is what a client's hanging up does.
    HungUp,
}

/// The place of one who waits. Dropping it frees it, whatever happens.
#[derive(Debug)]
pub(crate) struct Place {
    census: Arc<Mutex<Census>>,
    outcome: Outcome,
}

impl Place {
    pub(crate) fn leave(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut census = lock(&self.census);
        census.waiting -= 1;
        match self.outcome {
            Outcome::Told => census.told += 1,
            Outcome::TimedOut => census.timed_out += 1,
            Outcome::HungUp => census.hung_up += 1,
        }
    }
}

fn lock(census: &Mutex<Census>) -> MutexGuard<'_, Census> {
    // Numbers are never left half-changed.
    census.lock().unwrap_or_else(PoisonError::into_inner)
}
