//! Whatever becomes of a place in the end, it is dropped: that is where it is freed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// At most so many places. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Places {
    most: usize,
    count: Arc<Mutex<Count>>,
}

#[derive(Default)]
struct Count {
    waiting: usize,
    hung_up: u64,
}

/// One place, taken by a reader that waits.
pub struct Place {
    count: Arc<Mutex<Count>>,
    has_left: bool,
}

impl Places {
    /// None of them taken.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            count: Arc::default(),
        }
    }

    /// Takes a place; `None` when all are taken.
    pub fn enter(&self) -> Option<Place> {
        // One lock for the question and for what follows from it.
        let mut count = lock(&self.count);
        if count.waiting >= self.most {
            return None;
        }
        count.waiting += 1;
        Some(Place {
            count: Arc::clone(&self.count),
            has_left: false,
        })
    }

    /// How many places are taken.
    pub fn waiting(&self) -> usize {
        lock(&self.count).waiting
    }

    /// How many readers have gone without leaving.
    pub fn hung_up(&self) -> u64 {
        lock(&self.count).hung_up
    }
}

impl Place {
    /// Gives the place back: its reader gets an answer.
    pub fn leave(mut self) {
        self.has_left = true;
        // `self` is dropped here, which frees the place.
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut count = lock(&self.count);
        count.waiting -= 1;
        if !self.has_left {
            count.hung_up += 1;
        }
    }
}

fn lock(count: &Mutex<Count>) -> MutexGuard<'_, Count> {
    // Two numbers are never left half-changed.
    count.lock().unwrap_or_else(PoisonError::into_inner)
}
