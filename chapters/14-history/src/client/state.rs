//! What a client knows, apart from any connection.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chat::protocol::{ErrorCode as One, Leave, MessageId, Name, Room, Text};
use tokio::time::{Instant, sleep_until};

use super::{Notice, TooManyPending};
use crate::protocol::{
    ClientMessage, Delete, Edit, ErrorCode, Hello, Join, Problem, Say, ServerMessage,
    VERSION,
};

/// How many messages are on their way at a time. Whoever comes back with many would
/// otherwise say more at once than a client may.
const ON_THEIR_WAY: usize = 16;

/// After so long a message that the server could not take is sent again.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct State {
    name: Name,
    /// Stands before the number in each id: another client with the same name has others.
    mark: u64,
    next: u64,
    max_pending: usize,
    /// The rooms, and the last number that was told of each.
    rooms: BTreeMap<Room, Option<u64>>,
    /// What has no answer yet, oldest first.
    pending: VecDeque<Pending>,
    /// What is to be sent over this connection.
    outgoing: VecDeque<String>,
    is_greeted: bool,
    /// When what is pending is sent again, though the connection has not been cut.
    again: Option<Instant>,
}

#[derive(Debug)]
struct Pending {
    id: MessageId,
    message: ClientMessage,
    /// Whether it was given to this connection.
    is_sent: bool,
}

impl State {
    pub(super) fn new(name: Name, seed: u64, max_pending: usize) -> Self {
        Self {
            name,
            mark: seed,
            next: 0,
            max_pending,
            rooms: BTreeMap::new(),
            pending: VecDeque::new(),
            outgoing: VecDeque::new(),
            is_greeted: false,
            again: None,
        }
    }

    pub(super) fn join(&mut self, room: Room, after: Option<u64>) {
        self.rooms.insert(room.clone(), after);
        self.ask(&ClientMessage::Join(Join { room, after }));
    }

    pub(super) fn leave(&mut self, room: &Room) {
        self.rooms.remove(room);
        let room = room.clone();
        self.ask(&ClientMessage::Leave(Leave { room }));
    }

    pub(super) fn cursor(&self, room: &Room) -> Option<u64> {
        self.rooms.get(room).copied().flatten()
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn ask(&mut self, message: &ClientMessage) {
        // Whatever is asked without a connection is not worth an answer later, or is made
        // up for when there is one.
        if self.is_greeted && self.outgoing.len() < self.max_pending {
            self.outgoing.push_back(message.to_json());
        }
    }

    pub(super) fn say(
        &mut self,
        room: Room,
        text: Text,
    ) -> Result<MessageId, TooManyPending> {
        self.post(|id| ClientMessage::Say(Say { room, text, id }))
    }

    pub(super) fn edit(
        &mut self,
        room: Room,
        seq: u64,
        text: Text,
    ) -> Result<MessageId, TooManyPending> {
        self.post(|id| {
            ClientMessage::Edit(Edit {
                room,
                seq,
                text,
                id,
            })
        })
    }

    pub(super) fn delete(
        &mut self,
        room: Room,
        seq: u64,
    ) -> Result<MessageId, TooManyPending> {
        self.post(|id| ClientMessage::Delete(Delete { room, seq, id }))
    }

    fn post(
        &mut self,
        message: impl FnOnce(MessageId) -> ClientMessage,
    ) -> Result<MessageId, TooManyPending> {
        if self.pending.len() >= self.max_pending {
            return Err(TooManyPending);
        }
        let id = format!("{:x}-{}", self.mark, self.next);
        let id = MessageId::new(&id).map_err(|_| TooManyPending)?;
        self.next += 1;
        self.pending.push_back(Pending {
            message: message(id.clone()),
            id: id.clone(),
            is_sent: false,
        });
        self.send_pending();
        Ok(id)
    }

    /// There is a connection on which nothing has been said.
    pub(super) fn opened(&mut self) {
        let (version, name) = (VERSION, self.name.clone());
        let hello = ClientMessage::Hello(Hello { version, name });
        self.outgoing = VecDeque::from([hello.to_json()]);
        self.is_greeted = false;
        self.again = None;
        self.forget_sent();
    }

    fn forget_sent(&mut self) {
        for pending in &mut self.pending {
            pending.is_sent = false;
        }
    }

    /// What is to be sent next. It stays until [`sent`](Self::sent): whoever is dropped in
    /// between sends it again.
    pub(super) fn to_send(&self) -> Option<String> {
        self.outgoing.front().cloned()
    }

    pub(super) fn sent(&mut self) {
        self.outgoing.pop_front();
    }

    /// Waits until something is to be sent again. Safe to be dropped.
    pub(super) async fn due(&mut self) {
        match self.again {
            None => std::future::pending().await,
            Some(due) => sleep_until(due).await,
        }
        self.again = None;
        self.forget_sent();
        self.send_pending();
    }

    /// Sends what is pending, the oldest first, as far as it may be on its way.
    fn send_pending(&mut self) {
        if !self.is_greeted || self.again.is_some() {
            return;
        }
        let on_their_way = self.pending.iter().filter(|it| it.is_sent).count();
        let room = ON_THEIR_WAY.saturating_sub(on_their_way);
        let waiting = self.pending.iter_mut().filter(|it| !it.is_sent);
        for pending in waiting.take(room) {
            pending.is_sent = true;
            self.outgoing.push_back(pending.message.to_json());
        }
    }

    /// What a message changes. `Err` says why the connection is good for nothing.
    pub(super) fn hear(
        &mut self,
        message: ServerMessage,
    ) -> Result<Option<Notice>, String> {
        match &message {
            ServerMessage::Welcome { .. } => {
                self.is_greeted = true;
                for (room, after) in &self.rooms {
                    let (room, after) = (room.clone(), *after);
                    let join = ClientMessage::Join(Join { room, after });
                    self.outgoing.push_back(join.to_json());
                }
                self.send_pending();
                return Ok(Some(Notice::Connected));
            }
            ServerMessage::Joined { room, seq, .. } => {
                if let Some(cursor @ None) = self.rooms.get_mut(room) {
                    *cursor = Some(*seq);
                }
            }
            ServerMessage::Message { room, seq, .. }
            | ServerMessage::Edited { room, seq, .. }
            | ServerMessage::Deleted { room, seq, .. } => {
                if !self.is_next(room, *seq)? {
                    return Ok(None);
                }
            }
            ServerMessage::Gap { room, first, last } => self.gap(room, *first, *last),
            ServerMessage::Accepted { id, .. } => self.answered(id),
            ServerMessage::Error(problem) => return Ok(self.refused(problem)),
            ServerMessage::Left { .. }
            | ServerMessage::Page { .. }
            | ServerMessage::Found { .. }
            | ServerMessage::Presence { .. }
            | ServerMessage::Typing { .. } => {}
        }
        Ok(Some(Notice::Told(message)))
    }

    /// Whether an entry is to be told: it has not been, and none before it is missing.
    fn is_next(&mut self, room: &Room, seq: u64) -> Result<bool, String> {
        let Some(cursor) = self.rooms.get_mut(room) else {
            return Ok(false);
        };
        let seen = cursor.unwrap_or(seq.saturating_sub(1));
        if seq <= seen {
            return Ok(false);
        }
        if seq > seen + 1 {
            return Err(format!("{room}: {seq} came after {seen}"));
        }
        *cursor = Some(seq);
        Ok(true)
    }

    fn gap(&mut self, room: &Room, first: u64, last: u64) {
        let Some(cursor) = self.rooms.get_mut(room) else {
            return;
        };
        *cursor = match *cursor {
            // What it has seen is not there any more.
            Some(seen) if first <= seen => Some(first.saturating_sub(1)),
            _ => Some(last),
        };
    }

    fn answered(&mut self, id: &MessageId) {
        self.pending.retain(|pending| pending.id != *id);
        self.send_pending();
    }

    fn refused(&mut self, problem: &Problem) -> Option<Notice> {
        match problem.code {
            ErrorCode::One(One::UnknownVersion) => {
                return Some(Notice::Failed(problem.text.clone()));
            }
            // It is sent again, and not told as lost.
            ErrorCode::One(One::Unavailable | One::Rate) if problem.id.is_some() => {
                self.again.get_or_insert_with(|| Instant::now() + AGAIN);
            }
            _ => {
                if let Some(id) = &problem.id {
                    self.answered(id);
                }
            }
        }
        Some(Notice::Told(ServerMessage::Error(problem.clone())))
    }
}
