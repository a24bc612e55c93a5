//! When a client whose connection was cut comes back.

use std::time::Duration;

use fastrand::Rng;

/// How long a client waits between its attempts.
#[derive(Debug, Clone)]
pub struct Pace {
    /// The first wait is anything between nothing and this (RFC 6455 §7.2.3: a random
    /// delay, of 0 to 5 seconds for example).
    pub first: Duration,
    /// The second is about this, and each one after it about twice the one before.
    pub base: Duration,
    /// No wait is longer.
    pub most: Duration,
    /// A connection that lasts as long as this was a good one: after it the schedule
    /// begins anew.
    pub steady: Duration,
}

impl Default for Pace {
    /// 0 to 5 s, then about 5, 10, 20 and 40 s, and then a minute; a connection is a good
    /// one after 10 s.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            base: Duration::from_secs(5),
            most: Duration::from_secs(60),
            steady: Duration::from_secs(10),
        }
    }
}

/// The waits of one client. Pure: it sleeps nowhere, and all its randomness is in a seed.
///
/// ```
/// use history::{Pace, Schedule};
///
/// let mut schedule = Schedule::new(Pace::default(), 7);
/// assert!(schedule.next().as_secs() < 5);
/// ```
#[derive(Debug)]
pub struct Schedule {
    pace: Pace,
    rng: Rng,
    /// How many attempts there were since the last good connection.
    attempts: u32,
}

impl Schedule {
    /// A schedule that has not begun.
    pub fn new(pace: Pace, seed: u64) -> Self {
        Self {
            pace,
            rng: Rng::with_seed(seed),
            attempts: 0,
        }
    }

    /// How long to wait before the next attempt. All of the first wait is random: when a
    /// server stops, its clients are cut at the same instant, and must not all come back
    /// at another one. Later waits are random between a half and the whole of a length
    /// that doubles (RFC 6455 §7.2.3: truncated binary exponential backoff).
    #[expect(clippy::should_implement_trait, reason = "it has no end to iterate to")]
    pub fn next(&mut self) -> Duration {
        let attempt = self.attempts;
        self.attempts = attempt.saturating_add(1);
        if attempt == 0 {
            return self.pace.first.mul_f64(self.rng.f64()).min(self.pace.most);
        }
        let doubled = 2_u32.checked_pow(attempt - 1);
        let length = doubled.and_then(|factor| self.pace.base.checked_mul(factor));
        let length = length.map_or(self.pace.most, |length| length.min(self.pace.most));
        length.mul_f64(0.5 + self.rng.f64() / 2.0)
    }

    /// A connection has ended that had been open for so long. One that was cut at once is
    /// no better than an attempt that failed: a server that falls over at each greeting
    /// must not be greeted again and again.
    pub fn connected_for(&mut self, length: Duration) {
        if length >= self.pace.steady {
            self.attempts = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6455_7_2_3_the_first_wait_is_anything_up_to_five_seconds() {
        let first = |seed| Schedule::new(Pace::default(), seed).next();
        let waits: Vec<Duration> = (0..1000).map(first).collect();
        let five = Duration::from_secs(5);
        assert!(waits.iter().all(|wait| *wait < five));
        // Each tenth of the time has about a tenth of them.
        for tenth in 0..10 {
            let of_tenth = five.mul_f64(0.1);
            let start = of_tenth * tenth;
            let range = start..start + of_tenth;
            let count = waits.iter().filter(|wait| range.contains(wait)).count();
            assert!((50..150).contains(&count), "{count} in the tenth {tenth}");
        }
    }

    #[test]
    fn rfc6455_7_2_3_the_others_double_up_to_a_minute() {
        for seed in 0..1000 {
            let mut schedule = Schedule::new(Pace::default(), seed);
            schedule.next();
            for whole in [5, 10, 20, 40, 60, 60, 60] {
                let (wait, whole) = (schedule.next(), Duration::from_secs(whole));
                assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
            }
        }
    }

    #[test]
    fn waits_that_would_overflow_are_the_longest() {
        let mut schedule = Schedule::new(Pace::default(), 1);
        for _ in 0..100 {
            schedule.next();
        }
        schedule.attempts = u32::MAX;
        assert!(schedule.next() >= Duration::from_secs(30));
    }

    #[test]
    fn only_a_good_connection_begins_the_schedule_anew() {
        let mut schedule = Schedule::new(Pace::default(), 1);
        for _ in 0..5 {
            schedule.next();
        }
        schedule.connected_for(Duration::from_secs(9));
        assert!(schedule.next() >= Duration::from_secs(30));
        schedule.connected_for(Duration::from_secs(10));
        assert!(schedule.next() < Duration::from_secs(5));
    }

    #[test]
    fn one_seed_gives_one_schedule() {
        let waits = |seed| {
            let mut schedule = Schedule::new(Pace::default(), seed);
            [(); 8].map(|()| schedule.next())
        };
        assert_eq!(waits(7), waits(7));
        assert_ne!(waits(7), waits(8));
    }
}
