//! Connections that are left alone for some seconds now and then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use history::{ClientLine, Connect, Exchanged, Failure};
use tokio::time::{Instant, sleep_until};

/// What makes lines that are slow, if there are naps.
pub(crate) struct Slow<C> {
    connect: C,
    /// The longest nap, in milliseconds.
    nap: Option<u64>,
    seed: AtomicU64,
}

/// A line that is not looked at while its owner sleeps.
pub(crate) struct SlowLine<L> {
    line: L,
    /// `None` of one that never sleeps.
    nap: Option<u64>,
    rng: Rng,
    /// When it awakes, or has awoken.
    awake: Instant,
    /// When it is tired again: it is awake for longer than it sleeps, or it would never hear
    /// the end.
    tired: Instant,
}

impl<C> Slow<C> {
    pub(crate) fn new(connect: C, nap: Option<u64>, seed: u64) -> Self {
        let seed = AtomicU64::new(seed);
        Self { connect, nap, seed }
    }
}

impl<C: Connect> Connect for Slow<C> {
    type Line = SlowLine<C::Line>;

    async fn connect(&self) -> Result<(Self::Line, String), Failure> {
        let (line, hello) = self.connect.connect().await?;
        let seed = self.seed.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let line = SlowLine {
            line,
            nap: self.nap,
            rng: Rng::with_seed(seed),
            awake: now,
            tired: now,
        };
        Ok((line, hello))
    }
}

impl<L: ClientLine> ClientLine for SlowLine<L> {
    async fn exchange(&mut self, text: Option<String>) -> Exchanged {
        sleep_until(self.awake).await;
        let exchanged = self.line.exchange(text).await;
        if let (Exchanged::Heard(_), Some(nap)) = (&exchanged, self.nap)
            && Instant::now() >= self.tired
        {
            let nap = Duration::from_millis(self.rng.u64(nap / 2..=nap));
            self.awake = Instant::now() + nap;
            self.tired = self.awake + 2 * nap;
        }
        exchanged
    }
}
