//! Where a connection is between its first frame and its end.

use std::time::{Duration, Instant};

use bytes::Buf;

use crate::config::Config;
use crate::event::Closed;
use crate::output::Output;

/// Where a connection is (RFC 6455 §7.1). A deadline is set when the time is first told.
#[derive(Debug)]
pub(super) enum State {
    /// Both sides may send.
    Open(Alive),
    /// Our Close is sent, and the peer's has not come.
    Closing(Patience),
    /// Nothing is sent or listened to any more: both sides have sent their Close, the
    /// connection has failed, or it is lost. `untold` until the application knows.
    Ended {
        untold: Option<Closed>,
        patience: Patience,
    },
}

/// How long the peer may still take. While it takes what we have said, up to our Close, the
/// time begins anew: before it has read that, it cannot answer.
#[derive(Debug)]
pub(super) struct Patience {
    deadline: Option<Instant>,
    /// How much it had taken when we last looked.
    taken: u64,
    /// How much it will have taken with our Close. What comes behind that is pongs, for
    /// which it could ask for ever.
    with_close: u64,
}

impl Patience {
    /// When our Close is the last in the output.
    pub(super) fn new(output: &Output) -> Self {
        Self {
            deadline: None,
            taken: output.taken(),
            with_close: output.taken() + output.remaining() as u64,
        }
    }

    fn deadline(
        &mut self,
        now: Instant,
        timeout: Duration,
        output: &Output,
    ) -> Option<Instant> {
        let taken = output.taken().min(self.with_close);
        if self.deadline.is_none() || taken > self.taken {
            // One that is too far away for the clock is none.
            self.deadline = now.checked_add(timeout);
            self.taken = taken;
        }
        self.deadline
    }
}

/// Whether the peer is there.
#[derive(Debug)]
pub(super) struct Alive {
    /// Whether anything came since the last look at it.
    pub(super) heard: bool,
    /// Whether it was asked at the last look.
    asked: bool,
    /// Whether something waited to be written at the last look.
    waited: bool,
    /// How much had been taken by then.
    taken: u64,
    next: Option<Instant>,
}

impl Alive {
    pub(super) fn new() -> Self {
        Self {
            heard: false,
            asked: false,
            waited: false,
            taken: 0,
            next: None,
        }
    }
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tick {
    Nothing,
    Ask,
    GiveUp,
}

impl State {
    pub(super) fn ended(closed: Closed, output: &Output) -> Self {
        Self::Ended {
            untold: Some(closed),
            patience: Patience::new(output),
        }
    }

    pub(super) fn deadline(
        &mut self,
        now: Instant,
        config: &Config,
        output: &Output,
    ) -> Option<Instant> {
        match self {
            Self::Open(alive) => {
                let interval = config.keepalive?;
                alive.next = alive.next.or_else(|| now.checked_add(interval));
                alive.next
            }
            Self::Closing(patience) | Self::Ended { patience, .. } => {
                patience.deadline(now, config.close_timeout, output)
            }
        }
    }

    pub(super) fn tick(
        &mut self,
        now: Instant,
        config: &Config,
        output: &Output,
    ) -> Tick {
        if self
            .deadline(now, config, output)
            .is_none_or(|deadline| now < deadline)
        {
            return Tick::Nothing;
        }
        match self {
            Self::Open(alive) => alive.look(output),
            Self::Closing { .. } | Self::Ended { .. } => Tick::GiveUp,
        }
    }
}

impl Alive {
    /// Nobody reads a clock when something comes: what matters is only whether anything
    /// came between two looks. A peer that has a lot to read answers a ping when it has read
    /// what stands before it: to take more of what has waited is a sign of life, too. What
    /// did not wait went into a buffer of the system, which takes it for the dead as well.
    fn look(&mut self, output: &Output) -> Tick {
        self.next = None;
        let reads = self.waited && output.taken() > self.taken;
        self.waited = output.has_remaining();
        self.taken = output.taken();
        if self.heard || reads {
            (self.heard, self.asked) = (false, false);
            Tick::Nothing
        } else if self.asked {
            Tick::GiveUp
        } else {
            self.asked = true;
            Tick::Ask
        }
    }
}
