//! The board: the one thing that chapters 2 to 11 serve, each in its own way.

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// Something that happened, and its place in the order of everything that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its sequence number: one more than that of the event before it.
    pub seq: u64,
    /// What happened.
    pub text: String,
}

/// Events that are no longer kept: the sequence numbers `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The first that is missing.
    pub first: u64,
    /// The last that is missing.
    pub last: u64,
}

/// What happened after a cursor, and the cursor to ask with next.
///
/// The events follow each other without a hole, and nothing is skipped in silence:
/// what lies between the cursor and the first event stands in `gap`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// What was asked for and is no longer kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// The sequence number of the newest event on the board: the next cursor.
    pub next: u64,
}

impl Page {
    /// Whether the events have consecutive numbers that end with `next`. A page made by
    /// a [`Board`] has; one that came over a network may come from anybody.
    pub fn is_whole(&self) -> bool {
        let Some(first) = self.events.first() else {
            return true;
        };
        let numbers = self.events.iter().map(|event| event.seq);
        let end = first.seq.checked_add(self.events.len() as u64);
        first.seq > 0
            && end == self.next.checked_add(1)
            && numbers.eq(first.seq..=self.next)
    }
}

/// A cursor that is ahead of the board. Nobody got it from this board, so no answer to it
/// would be true: the server says 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FutureCursor {
    /// The cursor that was asked with.
    pub cursor: u64,
    /// The newest sequence number there is.
    pub last: u64,
}

impl fmt::Display for FutureCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cursor, last } = self;
        write!(
            f,
            "the cursor {cursor} is from the future: the last event is {last}"
        )
    }
}

impl std::error::Error for FutureCursor {}

/// A log of events that keeps the newest ones.
///
/// A reader holds a *cursor*, the sequence number of the last event it has, and asks for
/// what came [`since`](Self::since). The board knows nothing about its readers, so any
/// number of them costs nothing, and each may be away for as long as it likes. What it
/// may not expect is that everything is kept: when the board is full, the oldest event
/// makes room, and a reader that had not seen it is told so by a [`Gap`].
///
/// ```
/// use std::num::NonZeroUsize;
/// use short_polling::Board;
///
/// let mut board = Board::new(NonZeroUsize::new(2).unwrap());
/// assert_eq!(board.append("one"), 1);
/// let page = board.since(0)?;
/// assert_eq!((page.events[0].text.as_str(), page.next), ("one", 1));
///
/// board.append("two");
/// board.append("three");
/// board.append("four");
/// let page = board.since(page.next)?;
/// assert_eq!(page.gap.map(|gap| (gap.first, gap.last)), Some((2, 2)));
/// assert_eq!(page.events[0].text, "three");
/// # Ok::<(), short_polling::FutureCursor>(())
/// ```
#[derive(Debug, Clone)]
pub struct Board {
    capacity: NonZeroUsize,
    events: VecDeque<Event>,
    last: u64,
}

impl Board {
    /// An empty board that keeps the newest `capacity` events; the first one will be
    /// number 1.
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self::following(0, capacity)
    }

    /// An empty board whose first event will be number `last + 1`: the continuation of
    /// one that is gone.
    ///
    /// A board in memory forgets when its server restarts. If its numbers began at 1
    /// again, an old cursor could point at events that its holder has never seen. When
    /// they go on, the same cursor gets a gap.
    pub fn following(last: u64, capacity: NonZeroUsize) -> Self {
        Self {
            capacity,
            events: VecDeque::new(),
            last,
        }
    }

    /// Adds an event and gives its sequence number. When the board is full, the oldest
    /// event is dropped.
    pub fn append(&mut self, text: impl Into<String>) -> u64 {
        if self.events.len() == self.capacity.get() {
            self.events.pop_front();
        }
        self.last += 1;
        self.events.push_back(Event {
            seq: self.last,
            text: text.into(),
        });
        self.last
    }

    /// Everything that happened after the event `cursor`; 0 is before all of them.
    ///
    /// # Errors
    ///
    /// When the cursor is greater than [`last`](Self::last).
    pub fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        let last = self.last;
        let Some(unseen) = last.checked_sub(cursor) else {
            return Err(FutureCursor { cursor, last });
        };
        let kept = self.events.len();
        let wanted = usize::try_from(unseen).unwrap_or(usize::MAX).min(kept);
        let missing = unseen - wanted as u64;
        Ok(Page {
            gap: (missing > 0).then(|| Gap {
                first: cursor + 1,
                last: cursor + missing,
            }),
            events: self.events.range(kept - wanted..).cloned().collect(),
            next: last,
        })
    }

    /// Everything that is kept: for a reader that comes without a cursor and misses
    /// nothing.
    pub fn snapshot(&self) -> Page {
        Page {
            gap: None,
            events: self.events.iter().cloned().collect(),
            next: self.last,
        }
    }

    /// The sequence number of the newest event; 0 when there has never been one.
    pub fn last(&self) -> u64 {
        self.last
    }
}

/// A handle on a [`Board`] that many tasks share. A clone is another handle on the same
/// board.
///
/// The lock is held for the length of one method, never across an `await`, so a standard
/// mutex is enough.
#[derive(Debug, Clone)]
pub struct SharedBoard(Arc<Mutex<Board>>);

impl SharedBoard {
    /// Shares a board.
    pub fn new(board: Board) -> Self {
        Self(Arc::new(Mutex::new(board)))
    }

    /// [`Board::append`].
    pub fn append(&self, text: impl Into<String>) -> u64 {
        // Converted first: what `into` does is not done under the lock.
        let text = text.into();
        self.lock().append(text)
    }

    /// [`Board::since`].
    ///
    /// # Errors
    ///
    /// When the cursor is from the future.
    pub fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        self.lock().since(cursor)
    }

    /// [`Board::snapshot`].
    pub fn snapshot(&self) -> Page {
        self.lock().snapshot()
    }

    /// [`Board::last`].
    pub fn last(&self) -> u64 {
        self.lock().last()
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        // No method of `Board` panics half-way through a change, so a poisoned board is
        // as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Board> for SharedBoard {
    fn from(board: Board) -> Self {
        Self::new(board)
    }
}
