//! The chapter's room looks through all its seats whenever somebody comes or leaves: is there
//! another one of this name? In a room with ten thousand people that is slow, and it is done
//! under the lock.
//!
//! Write the `Windows` of a room: who is there, without looking at everybody. Each person is
//! there once, with any number of windows. `open` and `close` are called for each window, and
//! say whether the others have to be told. Only `here` may look at everybody.
//!
//! Somebody who is gone must leave nothing behind: rooms live long, and visitors are many.
//!
//! A name, `N`, is anything that can be compared and hashed; you need not do both. The checks
//! have one that counts how often that is done.

use std::hash::Hash;

/// Who is in a room.
#[derive(Debug, Default)]
pub struct Windows<N> {
    /// Everybody? What else do you have to know of each person?
    people: Vec<N>,
}

impl<N: Ord + Hash> Windows<N> {
    /// A window of somebody's is opened. Whether they have come with it.
    pub fn open(&mut self, name: N) -> bool {
        todo!("say whether it is the first")
    }

    /// A window of somebody's is closed. Whether they have left with it. Who is not there
    /// does not leave.
    pub fn close(&mut self, name: &N) -> bool {
        todo!("say whether it was the last")
    }

    /// Each person who is there, once, in the order of their names.
    pub fn here(&self) -> Vec<&N> {
        todo!("say who is there")
    }
}
