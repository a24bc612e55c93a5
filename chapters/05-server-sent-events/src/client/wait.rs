//! How long until the next attempt.

use std::time::Duration;

use short_polling::Pace;

use super::Options;

/// The waits between attempts. Pure: its randomness comes from a seed.
#[derive(Debug)]
pub(super) struct Waits {
    bounds: [Duration; 2],
    retry: Duration,
    pace: Pace,
    seed: u64,
    /// How many attempts in a row have not brought a stream.
    failures: u32,
}

impl Waits {
    pub(super) fn new(options: &Options) -> Self {
        let [least, most] = options.retry_bounds;
        let retry = options.retry.clamp(least, most);
        Self {
            bounds: options.retry_bounds,
            retry,
            pace: Pace::new(retry, 0.0, options.seed),
            seed: options.seed,
            failures: 0,
        }
    }

    pub(super) fn retry(&self) -> Duration {
        self.retry
    }

    /// The stream has said what it wants, which counts as far as it is reasonable.
    pub(super) fn set_retry(&mut self, retry: Duration) {
        let [least, most] = self.bounds;
        let retry = retry.clamp(least, most);
        if retry != self.retry {
            self.retry = retry;
            self.pace = Pace::new(retry, 0.0, self.seed);
        }
    }

    /// A stream has opened.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The wait after an interruption. HTML §9.2.3: at least the reconnection time; after
    /// an attempt that failed it may be more.
    pub(super) fn next(&mut self) -> Duration {
        let failures = self.failures;
        self.failures = failures.saturating_add(1);
        match failures {
            0 => self.retry,
            _ => self.pace.after_failure(failures).max(self.retry),
        }
    }
}
