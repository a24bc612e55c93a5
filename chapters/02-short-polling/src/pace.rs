//! When to ask again.

use std::time::Duration;

use fastrand::Rng;

/// The longest wait after failures, unless the interval itself is longer.
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// The times between the polls of one client.
///
/// Pure: it knows no clock, and its randomness comes from a seed.
#[derive(Debug, Clone)]
pub struct Pace {
    interval: Duration,
    jitter: f64,
    random: Rng,
}

impl Pace {
    /// Polls every `interval`, give or take the fraction `jitter` of it. With 0 the polls
    /// are a metronome; with 0.5 the waits of a 10 s interval lie between 5 s and 15 s,
    /// and their mean is still 10 s.
    ///
    /// # Panics
    ///
    /// When `jitter` is not between 0 and 1, or `interval` is 0: a client without a pause
    /// would keep a server that fails as busy as it can.
    pub fn new(interval: Duration, jitter: f64, seed: u64) -> Self {
        assert!(
            (0.0..=1.0).contains(&jitter),
            "jitter is a fraction of the interval, from 0 to 1, and not {jitter}"
        );
        assert!(!interval.is_zero(), "an interval of 0 is no pause");
        Self {
            interval,
            jitter,
            random: Rng::with_seed(seed),
        }
    }

    /// How long to wait before the first poll: up to the fraction `jitter` of an
    /// interval, so that clients that start together do not ask together.
    pub fn before_first(&mut self) -> Duration {
        let share = self.jitter * self.random.f64();
        millis(self.interval.mul_f64(share))
    }

    /// How long after the beginning of one poll the next one begins.
    pub fn between(&mut self) -> Duration {
        let share = 1.0 + self.jitter * (2.0 * self.random.f64() - 1.0);
        millis(self.interval.mul_f64(share))
    }

    /// How long to wait after the `failures`-th failure in a row (from 1): the interval
    /// doubled that many times, at most a minute (or the interval, if that is longer), and
    /// of this a random part between half and all, whatever the jitter. A server that
    /// comes back must not be met by all its clients at once.
    pub fn after_failure(&mut self, failures: u32) -> Duration {
        let factor = 2u32.saturating_pow(failures);
        let longest = LONGEST_BACKOFF.max(self.interval);
        let whole = self.interval.saturating_mul(factor).min(longest);
        millis(whole.mul_f64(0.5 + 0.5 * self.random.f64()))
    }
}

/// Whole milliseconds, rounded up: the granularity of tokio's timer.
fn millis(time: Duration) -> Duration {
    let millis = time.as_nanos().div_ceil(1_000_000);
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn without_jitter_it_is_a_metronome() {
        let mut pace = Pace::new(SECOND, 0.0, 1);
        assert_eq!(pace.before_first(), Duration::ZERO);
        assert!((0..100).all(|_| pace.between() == SECOND));
    }

    #[test]
    fn jitter_keeps_the_mean_and_the_bounds() {
        let mut pace = Pace::new(SECOND, 0.5, 1);
        let waits: Vec<Duration> = (0..10_000).map(|_| pace.between()).collect();
        let bounds = SECOND / 2..=SECOND * 3 / 2 + Duration::from_millis(1);
        assert!(waits.iter().all(|wait| bounds.contains(wait)));
        let mean = waits.iter().sum::<Duration>() / 10_000;
        assert!(
            mean.abs_diff(SECOND) < Duration::from_millis(10),
            "{mean:?}"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_waits() {
        let waits = |seed| {
            let mut pace = Pace::new(SECOND, 1.0, seed);
            std::array::from_fn::<_, 5, _>(|_| pace.between())
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }

    #[test]
    fn failures_double_the_wait_up_to_a_minute() {
        let mut pace = Pace::new(SECOND, 0.0, 1);
        for (failures, whole) in [(1, 2), (2, 4), (5, 32), (6, 60), (40, 60)] {
            let wait = pace.after_failure(failures);
            let whole = SECOND * whole;
            assert!((whole / 2..=whole).contains(&wait), "{failures}: {wait:?}");
        }
    }

    #[test]
    fn a_long_interval_is_not_cut_short_by_a_failure() {
        let mut pace = Pace::new(SECOND * 600, 0.0, 1);
        assert!(pace.after_failure(3) >= SECOND * 300);
    }
}
