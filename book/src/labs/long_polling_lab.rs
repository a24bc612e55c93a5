//! The lab of chapter 3: a board, and questions that are held.

use std::time::Duration;

use long_polling::{Hold, WaitingBoard};
use raw_http::Handler;
use tokio_util::sync::CancellationToken;

use super::short_polling_lab;

/// Shorter than the chapter's 30 s: a reader who watches wants to see the empty answer.
pub(crate) const HOLD: Duration = Duration::from_secs(10);
/// Half of a lab's connections: there is always one left for the 503.
const MOST_WAITERS: usize = 8;

/// A board for a lab.
pub(crate) fn board() -> WaitingBoard {
    WaitingBoard::new(short_polling_lab::board(), MOST_WAITERS)
}

/// The chapter's handler. When the lab ends, those who wait are answered.
pub(crate) fn handler(
    board: &WaitingBoard,
    ending: &CancellationToken,
) -> impl Handler {
    let hold = Hold {
        time: HOLD,
        ..Hold::default()
    };
    long_polling::handler(board.clone(), hold, ending.clone())
}
