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

use std::collections::BTreeMap;
use std::hash::Hash;

/// Who is in a room.
#[derive(Debug, Default)]
pub struct Windows<N> {
    /// How many windows each person has, at least one.
    count: BTreeMap<N, usize>,
}

impl<N: Ord + Hash> Windows<N> {
    /// A window of somebody's is opened. Whether they have come with it.
    pub fn open(&mut self, name: N) -> bool {
        let count = self.count.entry(name).or_default();
        *count += 1;
        *count == 1
    }

    /// A window of somebody's is closed. Whether they have left with it. Who is not there
    /// does not leave.
    pub fn close(&mut self, name: &N) -> bool {
        let Some(count) = self.count.get_mut(name) else {
            return false;
        };
        *count -= 1;
        if *count > 0 {
            return false;
        }
        self.count.remove(name);
        true
    }

    /// Each person who is there, once, in the order of their names.
    pub fn here(&self) -> Vec<&N> {
        self.count.keys().collect()
    }
}
