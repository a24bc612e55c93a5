//! How a lab stands, and why it has ended.

use std::fmt;
use std::time::Duration;

use super::backpressure_lab::Shown;
use super::tally::Tally;

/// How a lab stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status {
    /// The number of the entries that are counted.
    pub(crate) cursor: u64,
    pub(crate) tally: Tally,
    /// What the page is shown beside the transcript, and how often that has changed.
    pub(crate) shown: Option<Shown>,
    pub(crate) shows: u64,
    pub(crate) ended: Option<Ended>,
}

/// Why a lab has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The reader stopped it, or the program ends.
    Stopped,
    /// It has run for as long as one may.
    Time(Duration),
    /// No page has followed it for a while.
    Unattended,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("Stopped."),
            Self::Time(limit) => {
                let minutes = limit.as_secs() / 60;
                write!(
                    f,
                    "Stopped by itself after {minutes} minutes. Start it again."
                )
            }
            Self::Unattended => {
                f.write_str("Stopped: this page was away for too long.")
            }
        }
    }
}
