//! What the page orders, and what it is shown.

use std::fmt;

use backpressure::Capacity;
use serde::{Deserialize, Serialize};

use super::Doing;

/// How much of what he was told the page is shown.
const MOST_TOLD: usize = 60;

/// What becomes of what has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Overflow {
    Close,
    DropOldest,
}

impl From<Overflow> for backpressure::Policy {
    fn from(overflow: Overflow) -> Self {
        match overflow {
            Overflow::Close => Self::Close,
            Overflow::DropOldest => Self::DropOldest,
        }
    }
}

/// What the page tells Carl to do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act")]
pub(crate) enum Order {
    /// To stop reading, or to begin again.
    Read { reads: bool },
    /// To come in anew, over another connection.
    Enter { policy: Overflow },
}

/// What Carl was told, and how he took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub(crate) enum Told {
    Message { seq: u64 },
    Dropped { count: u64 },
    Closed { code: u16, reason: String },
}

/// How it stands with Carl, for the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Shown {
    /// His how-manieth connection it is.
    pub(super) visit: u64,
    pub(super) policy: Overflow,
    pub(super) reads: bool,
    /// Whether he has been let into the room, over a connection that has not ended.
    pub(super) here: bool,
    /// What waits in his outbox, and how much may.
    pub(super) frames: usize,
    pub(super) bytes: usize,
    pub(super) most_frames: usize,
    pub(super) most_bytes: usize,
    /// Whether it was too much, and he is sent away.
    pub(super) overflowed: bool,
    /// How many messages he has heard, and how many he knows to be missing.
    pub(super) heard: u64,
    pub(super) missing: u64,
    pub(super) told: Vec<Told>,
}

impl Shown {
    /// As he comes in.
    pub(super) fn new(bound: Capacity, doing: Doing) -> Self {
        let Doing {
            visit,
            policy,
            reads,
        } = doing;
        Self {
            visit,
            policy,
            reads,
            here: false,
            frames: 0,
            bytes: 0,
            most_frames: bound.frames,
            most_bytes: bound.bytes,
            overflowed: false,
            heard: 0,
            missing: 0,
            told: Vec::new(),
        }
    }

    pub(super) fn tell(&mut self, told: Told) {
        match &told {
            Told::Message { .. } => self.heard += 1,
            Told::Dropped { count } => self.missing += count,
            Told::Closed { .. } => self.here = false,
        }
        if self.told.len() == MOST_TOLD {
            self.told.remove(0);
        }
        self.told.push(told);
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { seq } => write!(f, "Carl hears message {seq}"),
            Self::Dropped { count } => write!(f, "Carl hears that {count} are missing"),
            Self::Closed { code, .. } => write!(f, "Carl hears the end: {code}"),
        }
    }
}
