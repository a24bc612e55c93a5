//! A board that wakes its readers.

use std::sync::Arc;

use short_polling::{FutureCursor, Page, SharedBoard};
use tokio::sync::watch;

/// A handle on a board whose readers can wait for what comes next. A clone is another
/// handle on the same board.
///
/// There is no queue for a reader in it. A reader has a cursor, asks the board for what
/// came after it, and waits when that is nothing; so a slow reader costs nothing, and one
/// that is slower than the board remembers gets a gap.
#[derive(Debug, Clone)]
pub struct Feed {
    board: SharedBoard,
    last: Arc<watch::Sender<u64>>,
}

impl Feed {
    /// Feeds the readers of a board. What is appended to `board` by another way than
    /// this feed wakes nobody.
    pub fn new(board: SharedBoard) -> Self {
        let last = Arc::new(watch::Sender::new(board.last()));
        Self { board, last }
    }

    /// The board itself.
    pub fn board(&self) -> &SharedBoard {
        &self.board
    }

    /// [`Board::append`](short_polling::Board::append), and wakes who waits.
    pub fn append(&self, text: impl Into<String>) -> u64 {
        let seq = self.board.append(text);
        self.wake();
        seq
    }

    /// Wakes who waits, if something has been appended: for those who have appended to
    /// the board by another way.
    pub fn wake(&self) {
        self.last.send_if_modified(|last| {
            let newest = self.board.last();
            std::mem::replace(last, newest) != newest
        });
    }

    /// What happened after the event `cursor`.
    ///
    /// # Errors
    ///
    /// When the cursor is from the future.
    pub fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        self.board.since(cursor)
    }

    /// Waits until there is an event after `cursor`, which may be at once.
    ///
    /// # Cancel safety
    ///
    /// Safe: nothing is consumed.
    pub async fn changed(&self, cursor: u64) {
        let mut last = self.last.subscribe();
        // The value is looked at before the first wait, so nothing falls between the
        // two; and the sender lives in `self`, so waiting cannot fail.
        let _ = last.wait_for(|last| *last > cursor).await;
    }

    /// How many wait at this moment.
    pub fn waiting(&self) -> usize {
        self.last.receiver_count()
    }
}
