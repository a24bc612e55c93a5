//! A server holds at most so many questions at a time; who comes when all places are taken
//! gets a 503. It holds a question like this:
//!
//! ```text
//! let Some(place) = places.enter() else { return come_back_later(); };
//! let page = board.after(cursor).await;     // perhaps for a long time
//! place.leave();
//! answer(page)
//! ```
//!
//! When a client hangs up, the server drops this future at its `await`. The line with
//! `leave` never runs. After a day of phones that go into tunnels, all places are taken by
//! nobody.
//!
//! Write `Places` and `Place`:
//!
//! * `enter` gives a place as long as fewer than `most` are taken, and else `None`;
//! * a place is free again when its reader leaves, and also when it is dropped without
//!   having left: at once, and once;
//! * `waiting` says how many places are taken, and `hung_up` how many readers have gone
//!   without leaving;
//! * a clone of `Places` is another handle on the same places, for another thread.

/// At most so many places. A clone is another handle on the same ones.
#[derive(Clone)]
pub struct Places {}

/// One place, taken by a reader that waits.
pub struct Place {}

impl Places {
    /// None of them taken.
    pub fn new(most: usize) -> Self {
        todo!("make `most` places")
    }

    /// Takes a place; `None` when all are taken.
    pub fn enter(&self) -> Option<Place> {
        todo!("take a place if one is free")
    }

    /// How many places are taken.
    pub fn waiting(&self) -> usize {
        todo!("say how many wait")
    }

    /// How many readers have gone without leaving.
    pub fn hung_up(&self) -> u64 {
        todo!("say how many hung up")
    }
}

impl Place {
    /// Gives the place back: its reader gets an answer.
    pub fn leave(self) {
        todo!("free the place")
    }
}
