//! Two numbers decide: how many events are unseen, and how many of them are kept.

use std::collections::VecDeque;

use short_polling::{Event, FutureCursor, Gap, Page};

/// A board that keeps the newest texts.
pub struct Board {
    capacity: usize,
    /// What is kept, oldest first.
    texts: VecDeque<String>,
    /// The number of the newest event; 0 before the first one.
    last: u64,
}

impl Board {
    /// An empty board that keeps `capacity` events, which is not 0.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            texts: VecDeque::new(),
            last: 0,
        }
    }

    /// Adds an event and gives its number. The oldest one goes when the board is full.
    pub fn append(&mut self, text: &str) -> u64 {
        if self.texts.len() == self.capacity {
            self.texts.pop_front();
        }
        self.texts.push_back(text.to_owned());
        self.last += 1;
        self.last
    }

    /// What happened after the event `cursor`.
    ///
    /// # Errors
    ///
    /// When the cursor is from the future.
    pub fn since(&self, cursor: u64) -> Result<Page, FutureCursor> {
        let last = self.last;
        // `None` when the cursor is ahead; 0 when the reader has everything.
        let Some(unseen) = last.checked_sub(cursor) else {
            return Err(FutureCursor { cursor, last });
        };
        let kept = self.texts.len();
        let wanted = usize::try_from(unseen).unwrap_or(usize::MAX).min(kept);
        let missing = unseen - wanted as u64;
        let gap = (missing > 0).then(|| Gap {
            first: cursor + 1,
            last: cursor + missing,
        });
        let numbers = cursor + missing + 1..;
        let texts = self.texts.range(kept - wanted..);
        let events = numbers.zip(texts).map(|(seq, text)| Event {
            seq,
            text: text.clone(),
        });
        Ok(Page {
            gap,
            events: events.collect(),
            next: last,
        })
    }
}
