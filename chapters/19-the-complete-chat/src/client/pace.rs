//! How long requests of a line are repeated that have no answer.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// After so long without a request that it has heard, a server takes a line for over.
const PATIENCE: Duration = Duration::from_secs(30);

const FIRST: Duration = Duration::from_millis(500);
const MOST: Duration = Duration::from_secs(5);

/// The failures since something worked.
#[derive(Debug, Default)]
pub(super) struct Pace {
    failing: Option<(Instant, Duration)>,
}

impl Pace {
    pub(super) fn worked(&mut self) {
        self.failing = None;
    }

    /// Waits for the next attempt. `Err` when it makes no sense any more.
    pub(super) async fn failed(&mut self, why: String) -> Result<(), String> {
        let (since, wait) = self.failing.unwrap_or((Instant::now(), FIRST));
        if since.elapsed() + wait >= PATIENCE {
            return Err(why);
        }
        self.failing = Some((since, (wait * 2).min(MOST)));
        sleep(wait).await;
        Ok(())
    }
}
