//! Where a connection is between its first frame and its end.

use std::time::Instant;

use crate::config::Config;
use crate::event::Closed;

/// Where a connection is (RFC 6455 §7.1). A deadline is set when the time is first told.
#[derive(Debug)]
pub(super) enum State {
    /// Both sides may send.
    Open(Alive),
    /// Our Close is sent, and the peer's has not come.
    Closing { deadline: Option<Instant> },
    /// Nothing is sent or listened to any more: both sides have sent their Close, the
    /// connection has failed, or it is lost. `untold` until the application knows.
    Ended {
        untold: Option<Closed>,
        deadline: Option<Instant>,
    },
}

/// Whether the peer is there.
#[derive(Debug)]
pub(super) struct Alive {
    /// Whether anything came since the last look at it.
    pub(super) heard: bool,
    /// Whether it was asked at the last look.
    asked: bool,
    next: Option<Instant>,
}

impl Alive {
    pub(super) fn new() -> Self {
        Self {
            heard: false,
            asked: false,
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
    pub(super) fn ended(closed: Closed) -> Self {
        Self::Ended {
            untold: Some(closed),
            deadline: None,
        }
    }

    pub(super) fn deadline(
        &mut self,
        now: Instant,
        config: &Config,
    ) -> Option<Instant> {
        let (deadline, after) = match self {
            Self::Open(alive) => (&mut alive.next, config.keepalive?),
            Self::Closing { deadline } | Self::Ended { deadline, .. } => {
                (deadline, config.close_timeout)
            }
        };
        // One that is too far away for the clock is none.
        *deadline = deadline.or_else(|| now.checked_add(after));
        *deadline
    }

    pub(super) fn tick(&mut self, now: Instant, config: &Config) -> Tick {
        if self
            .deadline(now, config)
            .is_none_or(|deadline| now < deadline)
        {
            return Tick::Nothing;
        }
        match self {
            Self::Open(alive) => alive.look(),
            Self::Closing { .. } | Self::Ended { .. } => Tick::GiveUp,
        }
    }
}

impl Alive {
    /// Nobody reads a clock when something comes: what matters is only whether anything
    /// came between two looks.
    fn look(&mut self) -> Tick {
        self.next = None;
        if self.heard {
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
