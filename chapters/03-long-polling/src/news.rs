//! The wait itself: four steps, and their order is everything.

use short_polling::{FutureCursor, Page};

use crate::parts::{Notify, SharedBoard};

/// A board, and the bell that is rung when something is appended to it.
#[derive(Debug)]
pub(crate) struct News {
    board: SharedBoard,
    bell: Notify,
}

impl News {
    pub(crate) fn new(board: SharedBoard) -> Self {
        Self {
            board,
            bell: Notify::new(),
        }
    }

    pub(crate) fn board(&self) -> &SharedBoard {
        &self.board
    }

    /// Does something to the board, then wakes everyone who waits for it. In this order:
    /// who is woken must find on the board what it was woken for.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&SharedBoard) -> T) -> T {
        let result = change(&self.board);
        self.bell.notify_waiters();
        result
    }

    /// Waits until there is something after the cursor.
    ///
    /// # Cancel safety
    ///
    /// Safe: a wait leaves nothing behind.
    pub(crate) async fn after(&self, cursor: u64) -> Result<Page, FutureCursor> {
        loop {
            // Subscribed before the board is read: from here on no ring is missed. The
            // other way round, an event that came between the two would be neither on
            // the page nor in a ring, and this reader would sleep on it.
            let rung = self.bell.notified();
            let page = self.board.since(cursor)?;
            if page.next > cursor {
                return Ok(page);
            }
            rung.await;
        }
    }
}
