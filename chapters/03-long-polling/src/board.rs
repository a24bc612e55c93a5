//! A board that can be waited for.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use short_polling::{FutureCursor, Page, SharedBoard};

use crate::news::News;
use crate::waiters::{Census, Full, Outcome, Waiters};

/// Chapter 2's board, and a way to wait for what is appended to it. A clone is another
/// handle on the same one.
///
/// Append through this handle (or through [`change`](Self::change)): what is appended to
/// the board behind its back wakes nobody.
///
/// ```
/// # use std::num::NonZeroUsize;
/// # use std::time::Duration;
/// # use tokio::time::sleep;
/// use long_polling::WaitingBoard;
/// use short_polling::Board;
///
/// # wiretap::harness::run("a wait", async {
/// let board = WaitingBoard::new(Board::new(NonZeroUsize::new(100).unwrap()).into(), 10);
/// let reader = board.clone();
/// let reader = tokio::spawn(async move {
///     reader.wait(0, sleep(Duration::from_secs(30))).await
/// });
/// sleep(Duration::from_secs(20)).await;
/// board.append("kick-off");
/// assert_eq!(reader.await.unwrap()?.events[0].text, "kick-off");
///
/// // Nothing for 30 s: an empty page with the same cursor.
/// let page = board.wait(1, sleep(Duration::from_secs(30))).await?;
/// assert_eq!((page.events.len(), page.next), (0, 1));
/// # Ok::<(), long_polling::WaitError>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct WaitingBoard {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    news: News,
    waiters: Waiters,
}

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitError {
    /// The cursor is ahead of the board: nobody got it from this one.
    FutureCursor(FutureCursor),
    /// There is no place to wait in.
    Full(Full),
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FutureCursor(error) => error.fmt(f),
            Self::Full(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WaitError {}

impl From<FutureCursor> for WaitError {
    fn from(error: FutureCursor) -> Self {
        Self::FutureCursor(error)
    }
}

impl From<Full> for WaitError {
    fn from(error: Full) -> Self {
        Self::Full(error)
    }
}

impl WaitingBoard {
    /// A board at which at most `most_waiters` readers wait at a time.
    pub fn new(board: SharedBoard, most_waiters: usize) -> Self {
        Self {
            shared: Arc::new(Shared {
                news: News::new(board),
                waiters: Waiters::new(most_waiters),
            }),
        }
    }

    /// Adds an event, gives its sequence number, and wakes everyone who waits.
    pub fn append(&self, text: impl Into<String>) -> u64 {
        self.change(|board| board.append(text))
    }

    /// Does anything at all to the board, then wakes everyone who waits. Who was woken for
    /// nothing goes on waiting.
    pub fn change<T>(&self, change: impl FnOnce(&SharedBoard) -> T) -> T {
        self.shared.news.change(change)
    }

    /// The board itself, for those who do not wait.
    pub fn board(&self) -> &SharedBoard {
        self.shared.news.board()
    }

    /// How many wait, and what became of those who did.
    pub fn census(&self) -> Census {
        self.shared.waiters.census()
    }

    /// What happened after the cursor: at once when there is something, else as soon as
    /// there is. When `end` comes first, the page is empty and has the same cursor.
    ///
    /// # Errors
    ///
    /// When the cursor is from the future; or when there is nothing to tell yet, and
    /// `most_waiters` wait already.
    ///
    /// # Cancel safety
    ///
    /// Safe: a wait changes nothing. Its place is free again at once, and its reader is
    /// counted as one who hung up.
    pub async fn wait(
        &self,
        cursor: u64,
        end: impl Future<Output = ()>,
    ) -> Result<Page, WaitError> {
        let page = self.board().since(cursor)?;
        if page.next > cursor {
            // Whoever finds something needs no place.
            return Ok(page);
        }
        let place = self.shared.waiters.enter()?;
        tokio::select! {
            biased;
            page = self.after(cursor) => {
                place.leave(Outcome::Told);
                Ok(page?)
            }
            () = end => {
                place.leave(Outcome::TimedOut);
                Ok(page)
            }
        }
    }

    /// Waits until something happens after the cursor, for as long as it takes and
    /// without a place: for those who bound their readers by other means.
    ///
    /// # Errors
    ///
    /// When the cursor is from the future.
    ///
    /// # Cancel safety
    ///
    /// Safe: a wait leaves nothing behind.
    pub async fn after(&self, cursor: u64) -> Result<Page, FutureCursor> {
        self.shared.news.after(cursor).await
    }
}
