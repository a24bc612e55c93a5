//! Listen first, then look; and look again before you go back to sleep.

use std::time::Duration;

use short_polling::{FutureCursor, Page, SharedBoard};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// What has a board to look at.
pub trait Look {
    /// What happened after the event `cursor`.
    ///
    /// # Errors
    ///
    /// When the cursor is from the future.
    fn since(&self, cursor: u64) -> Result<Page, FutureCursor>;
}

impl Look for SharedBoard {
    fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        SharedBoard::since(self, cursor)
    }
}

/// Waits until something has happened after the event `cursor`, for at most `time`. The
/// bell is rung with `notify_waiters`, after the event has been put on the board.
///
/// # Errors
///
/// When the cursor is from the future.
///
/// # Cancel safety
///
/// Safe: it changes nothing.
pub async fn hold(
    board: &impl Look,
    bell: &Notify,
    cursor: u64,
    time: Duration,
) -> Result<Page, FutureCursor> {
    // Once: a ring for nothing does not begin the time anew.
    let end = Instant::now() + time;
    loop {
        // It listens from now on, before the board is looked at.
        let rung = bell.notified();
        let page = board.since(cursor)?;
        // A gap moves the cursor as an event does.
        if page.next > cursor {
            return Ok(page);
        }
        if timeout_at(end, rung).await.is_err() {
            return Ok(page);
        }
    }
}
