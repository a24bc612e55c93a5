//! A server holds questions with `hold`, which is in this exercise's file. It looks at the
//! board; when there is nothing, it waits for the bell, which rings after each event, and
//! looks again. In tests it works. Its users report that now and then an event arrives half
//! a minute late, and that many answers are empty long before the time is up.
//!
//! Find out why, and repair `hold`:
//!
//! * an event is told as soon as it has happened, at whatever moment that is: before, after
//!   or between any two lines of `hold`;
//! * the bell rings for other reasons too. Nobody is answered because of that;
//! * a gap is worth an answer, also when there is no event behind it;
//! * when nothing has happened for `time`, the answer is the empty page, with the same
//!   cursor. Not earlier, and not later;
//! * a cursor from the future is an error, at once.
//!
//! When it works, `cargo run -p ex03-long-polling` serves a board with it, and the lab of
//! this chapter can wait for what happens there.

use std::time::Duration;

use short_polling::{FutureCursor, Page, SharedBoard};
use tokio::sync::Notify;
use tokio::time::timeout;

/// What has a board to look at.
pub trait Look {
    /// What happened after the event `cursor`.
    fn since(&self, cursor: u64) -> Result<Page, FutureCursor>;
}

impl Look for SharedBoard {
    fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        SharedBoard::since(self, cursor)
    }
}

/// Waits until something has happened after the event `cursor`, for at most `time`. The
/// bell is rung with `notify_waiters`, after the event has been put on the board.
pub async fn hold(
    board: &impl Look,
    bell: &Notify,
    cursor: u64,
    time: Duration,
) -> Result<Page, FutureCursor> {
    let page = board.since(cursor)?;
    if !page.events.is_empty() {
        return Ok(page);
    }
    let _ = timeout(time, bell.notified()).await;
    board.since(cursor)
}
