//! How long a peer may be silent, and how long it may take to go.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// When a silence is too long.
#[derive(Debug)]
pub(super) struct Keepalive {
    interval: Duration,
    /// The next look.
    pub(super) look: Pin<Box<Sleep>>,
    /// Whether anything has come since the last one.
    pub(super) heard: bool,
    /// Whether the peer was asked at the last one.
    asked: bool,
    /// Whether something waited to be written at the last one.
    waited: bool,
    /// How many bytes had been taken by then.
    taken: u64,
}

/// What a look finds.
pub(super) enum Look {
    /// It is not time, or somebody is there.
    Nothing,
    Ask,
    GiveUp,
}

impl Keepalive {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            look: Box::pin(sleep(interval)),
            heard: false,
            asked: false,
            waited: false,
            taken: 0,
        }
    }

    /// As chapter 9: to take more of what has waited is a sign of life, too.
    pub(super) fn looks(&mut self, waits: bool, taken: u64) -> Look {
        let next = Instant::now() + self.interval;
        self.look.as_mut().reset(next);
        let reads = self.waited && taken > self.taken;
        let (is_there, asked) = (self.heard || reads, self.asked);
        (self.waited, self.taken) = (waits, taken);
        self.heard = false;
        self.asked = !is_there;
        match (is_there, asked) {
            (true, _) => Look::Nothing,
            (false, false) => Look::Ask,
            (false, true) => Look::GiveUp,
        }
    }
}

/// How long the peer may still take, when the line is closed. While it takes what was said
/// up to our Close, the time begins anew: before it has read that, it cannot answer.
#[derive(Debug)]
pub(super) struct Patience {
    timeout: Duration,
    due: Pin<Box<Sleep>>,
    /// How many bytes had been taken when the time began.
    taken: u64,
    /// Our Close has left. What comes behind it is pongs, for which a peer could ask for ever.
    pub(super) is_told: bool,
}

impl Patience {
    pub(super) fn new(timeout: Duration, taken: u64) -> Self {
        Self {
            timeout,
            due: Box::pin(sleep(timeout)),
            taken,
            is_told: false,
        }
    }

    /// Ready when it has taken too long.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, taken: u64) -> Poll<()> {
        loop {
            ready!(self.due.as_mut().poll(cx));
            if self.is_told || taken == self.taken {
                return Poll::Ready(());
            }
            self.taken = taken;
            self.due.as_mut().reset(Instant::now() + self.timeout);
        }
    }
}
