//! How often something is tried, for many who try.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::settings::Tries;

/// An account of [`Tries`] for each key. Like chapter 13's, it is one number: when everything
/// will be forgotten. Who has nothing to be forgotten takes up no memory, and when there are
/// too many others, those go first that have tried the least.
#[derive(Debug)]
pub(crate) struct Counter<K> {
    tries: Tries,
    most: usize,
    kept: Mutex<Kept<K>>,
}

#[derive(Debug)]
struct Kept<K> {
    full: HashMap<K, Instant>,
    order: BTreeSet<(Instant, K)>,
}

impl<K: Clone + Eq + Hash + Ord> Counter<K> {
    /// For at most so many keys.
    pub(crate) fn new(tries: Tries, most: usize) -> Self {
        let (full, order) = Default::default();
        Self {
            tries,
            most,
            kept: Mutex::new(Kept { full, order }),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    ///
    /// When it is one too many: how long to wait for the next. It is not counted.
    pub(crate) fn take(&self, key: K) -> Result<(), Duration> {
        let now = Instant::now();
        let mut kept = self.kept();
        self.look(&mut kept, &key, now)?;
        let full = kept.full.get(&key).map_or(now, |full| (*full).max(now));
        kept.set(key, full + self.tries.interval(), self.most);
        Ok(())
    }

    /// Takes back a try that was counted.
    pub(crate) fn give_back(&self, key: K) {
        let mut kept = self.kept();
        let full = kept.full.get(&key).copied();
        if let Some(full) = full.and_then(|f| f.checked_sub(self.tries.interval())) {
            kept.set(key, full, self.most);
        }
    }

    /// Whether another try may be; how long to wait if not.
    fn look(&self, kept: &mut Kept<K>, key: &K, now: Instant) -> Result<(), Duration> {
        kept.forget(now);
        let full = kept.full.get(key).copied().unwrap_or(now);
        let missing = full.saturating_duration_since(now) + self.tries.interval();
        let allowed = self.tries.interval() * self.tries.at_once;
        match missing.saturating_sub(allowed) {
            Duration::ZERO => Ok(()),
            wait => Err(wait),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<K>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash + Ord> Kept<K> {
    fn set(&mut self, key: K, full: Instant, most: usize) {
        if let Some(old) = self.full.insert(key.clone(), full) {
            self.order.remove(&(old, key.clone()));
        }
        self.order.insert((full, key));
        if self.full.len() > most {
            self.forget_first();
        }
    }

    fn forget(&mut self, now: Instant) {
        while self.order.first().is_some_and(|(full, _)| *full <= now) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.full.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::time::advance;

    const TRIES: Tries = Tries {
        at_once: 3,
        per_minute: 6,
    };

    impl Counter<u32> {
        fn times(&self, key: u32) -> usize {
            (0..100).take_while(|_| self.take(key).is_ok()).count()
        }

        fn count(&self) -> usize {
            self.kept().full.len()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_at_once_and_then_so_many_a_minute() {
        let counter = Counter::new(TRIES, 10);
        assert_eq!(counter.times(1), 3);
        assert_eq!(counter.take(1), Err(Duration::from_secs(10)));
        assert_eq!(counter.times(2), 3, "another's");
        advance(Duration::from_millis(9_999)).await;
        assert_eq!(counter.take(1), Err(Duration::from_millis(1)));
        advance(Duration::from_millis(1)).await;
        assert_eq!(counter.times(1), 1);
        advance(Duration::from_secs(3600)).await;
        assert_eq!(counter.times(1), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_forgotten() {
        let counter = Counter::new(TRIES, 10);
        counter.times(1);
        assert_eq!(counter.count(), 1);
        advance(Duration::from_secs(30)).await;
        assert_eq!(counter.take(2), Ok(()));
        assert_eq!(counter.count(), 1, "the other");
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_does_not_wash_away_who_has_tried_most() {
        let counter = Counter::new(TRIES, 10);
        counter.times(1);
        for key in 2..1000 {
            counter.take(key).expect("its first");
            assert!(counter.count() <= 10);
        }
        counter.take(1).expect_err("it is remembered");
    }
}
