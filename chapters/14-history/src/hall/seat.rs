//! A reader's place in a room.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chat::protocol::{Name, Room};
use tokio::sync::Notify;

use super::state::Heard;
use super::{Hall, Untold};
use crate::fan_out::{FanOut, News};

/// Wakes a connection when something has happened in one of its rooms, and knows in which.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rooms: Mutex<BTreeSet<Room>>,
    notify: Notify,
}

impl Bell {
    pub(crate) fn ring(&self, room: &Room) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if !rooms.contains(room) {
            rooms.insert(room.clone());
            self.notify.notify_one();
        }
    }

    /// Waits until it is rung, and says for which rooms. Safe to be dropped.
    pub(crate) async fn rung(&self) -> BTreeSet<Room> {
        loop {
            let rooms = self.take();
            if !rooms.is_empty() {
                return rooms;
            }
            self.notify.notified().await;
        }
    }

    fn take(&self) -> BTreeSet<Room> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut rooms)
    }
}

/// Somebody's seat in a room. Dropped, it is free.
#[derive(Debug)]
pub(crate) struct Seat<F: FanOut> {
    fan_out: F,
    hall: Arc<Hall>,
    number: u64,
    name: Name,
    heard: Heard,
}

impl<F: FanOut> Seat<F> {
    /// Takes a seat. The others hear of it, if it is the person's first.
    pub(crate) fn take(fan_out: &F, room: &Room, name: Name, bell: &Arc<Bell>) -> Self {
        let halls = fan_out.halls();
        let (hall, (number, heard)) = halls.enter(room, |state| state.sit(bell));
        let seat = Self {
            fan_out: fan_out.clone(),
            hall,
            number,
            name,
            heard,
        };
        fan_out.tell(room, &News::Entered(seat.name.clone()));
        seat
    }

    /// Everybody who is here, each name once and in order.
    pub(crate) fn members(&self) -> Vec<Name> {
        self.hall.lock().members()
    }

    /// Tells the others that this person is writing.
    pub(crate) fn typing(&self) {
        let typing = News::Typing(self.name.clone());
        self.fan_out.tell(&self.hall.room, &typing);
    }

    /// What has happened since it was last asked.
    pub(crate) fn untold(&mut self) -> Untold {
        let (untold, heard) = self.hall.lock().untold(self.heard, &self.name);
        self.heard = heard;
        untold
    }
}

impl<F: FanOut> Drop for Seat<F> {
    fn drop(&mut self) {
        self.hall.lock().stand_up(self.number, self.heard);
        let left = News::Left(self.name.clone());
        self.fan_out.tell(&self.hall.room, &left);
    }
}

#[cfg(test)]
impl<F: FanOut> Seat<F> {
    pub(super) fn hall(&self) -> &Hall {
        &self.hall
    }
}
