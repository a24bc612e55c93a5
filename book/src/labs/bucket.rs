//! A token bucket: so many at once, then so many a second.

use std::time::Duration;

/// Says whether one more is allowed. Time is an argument: nothing in here reads a clock.
#[derive(Debug)]
pub(crate) struct Bucket {
    /// How long it takes to earn one token.
    every: Duration,
    burst: u32,
    /// When the bucket will be full again, on the caller's clock.
    full_at: Duration,
}

impl Bucket {
    /// A full bucket of `burst` tokens that earns `per_second`.
    ///
    /// # Panics
    ///
    /// When `per_second` is 0.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self {
            every: Duration::from_secs(1) / per_second,
            burst,
            full_at: Duration::ZERO,
        }
    }

    /// Takes a token at time `now`, if there is one.
    pub(crate) fn take(&mut self, now: Duration) -> bool {
        let full_at = self.full_at.max(now) + self.every;
        let fits = full_at - now <= self.every * self.burst;
        if fits {
            self.full_at = full_at;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let mut bucket = Bucket::new(10, 3);
        let taken = |bucket: &mut Bucket, ms| {
            let now = Duration::from_millis(ms);
            std::iter::from_fn(|| bucket.take(now).then_some(())).count()
        };
        assert_eq!(taken(&mut bucket, 0), 3, "the burst");
        assert_eq!(taken(&mut bucket, 99), 0, "nothing is earned yet");
        assert_eq!(taken(&mut bucket, 100), 1, "one after a tenth of a second");
        assert_eq!(taken(&mut bucket, 10_000), 3, "never more than the burst");
    }
}
