//! What a client has said, and has no answer to.

use std::collections::{BTreeSet, VecDeque};

use chat::protocol::{MessageId, Room};

use super::TooManyPending;
use crate::protocol::ClientMessage;

/// What has no answer yet, oldest first.
#[derive(Debug)]
pub(super) struct Queue {
    /// Stands before the number in each id: another client with the same name has others.
    mark: u64,
    next: u64,
    most: usize,
    pending: VecDeque<Pending>,
}

#[derive(Debug)]
struct Pending {
    id: MessageId,
    room: Room,
    message: ClientMessage,
    /// Whether it was given to this connection.
    is_sent: bool,
}

impl Queue {
    pub(super) fn new(mark: u64, most: usize) -> Self {
        Self {
            mark,
            next: 0,
            most,
            pending: VecDeque::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn has_any_in(&self, room: &Room) -> bool {
        self.pending.iter().any(|pending| pending.room == *room)
    }

    /// Takes a message, which is made for the id that it gets.
    pub(super) fn post(
        &mut self,
        room: Room,
        message: impl FnOnce(MessageId) -> ClientMessage,
    ) -> Result<MessageId, TooManyPending> {
        let id = format!("{:x}-{}", self.mark, self.next);
        let id = MessageId::new(&id).map_err(|_| TooManyPending)?;
        self.post_as(id.clone(), room, message(id.clone()))?;
        self.next += 1;
        Ok(id)
    }

    /// Takes a message that has this id already.
    pub(super) fn post_as(
        &mut self,
        id: MessageId,
        room: Room,
        message: ClientMessage,
    ) -> Result<(), TooManyPending> {
        if self.pending.len() >= self.most {
            return Err(TooManyPending);
        }
        self.pending.push_back(Pending {
            id,
            room,
            message,
            is_sent: false,
        });
        Ok(())
    }

    /// There is another connection: nothing was given to it.
    pub(super) fn forget_sent(&mut self) {
        for pending in &mut self.pending {
            pending.is_sent = false;
        }
    }

    /// The place of what may be sent next, in a room that is `open`. Of what was said in a
    /// room the oldest is on its way and no other: a server that cannot take one must not
    /// get the next one before it.
    pub(super) fn next(&self, open: impl Fn(&Room) -> bool) -> Option<usize> {
        let mut met = BTreeSet::new();
        self.pending.iter().position(|pending| {
            met.insert(&pending.room) && !pending.is_sent && open(&pending.room)
        })
    }

    pub(super) fn send(&mut self, place: usize) -> ClientMessage {
        let pending = &mut self.pending[place];
        pending.is_sent = true;
        pending.message.clone()
    }

    /// The room of what has this id.
    pub(super) fn room_of(&self, id: &MessageId) -> Option<&Room> {
        let mut pending = self.pending.iter();
        pending.find(|it| it.id == *id).map(|it| &it.room)
    }

    /// What has this id is to be sent again. Whether there is such a thing.
    pub(super) fn send_again(&mut self, id: &MessageId) -> bool {
        let mut pending = self.pending.iter_mut();
        let found = pending.find(|it| it.id == *id);
        found.map(|it| it.is_sent = false).is_some()
    }

    /// What has this id has its answer. It was said in this room.
    pub(super) fn answered(&mut self, id: &MessageId) -> Option<Room> {
        let place = self.pending.iter().position(|it| it.id == *id)?;
        self.pending.remove(place).map(|answered| answered.room)
    }
}
