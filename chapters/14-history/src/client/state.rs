//! What a client knows, apart from any connection.

use std::collections::VecDeque;
use std::time::Duration;

use backpressure::{Account, Rate};
use chat::protocol::{ErrorCode as One, MessageId, Room};
use tokio::time::{Instant, sleep_until};

use super::queue::Queue;
use super::rooms::Rooms;
use super::{Notice, TooManyPending};
use crate::protocol::{ClientMessage, ErrorCode, Problem, ServerMessage};

/// After so long the server is asked again for what it could not do.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct State {
    max_pending: usize,
    rooms: Rooms,
    queue: Queue,
    /// What is to be sent over this connection.
    outgoing: VecDeque<String>,
    is_greeted: bool,
    /// How the server has greeted last.
    welcome: Option<String>,
    rate: Rate,
    /// What the server may still take from this connection.
    account: Account,
    /// Until then nothing more is sent of what the server has to answer.
    pause: Option<Instant>,
}

/// What may be sent next.
enum Step {
    /// To enter a room, or to leave it.
    Room(Room),
    /// What is pending at this place.
    Say(usize),
}

impl State {
    pub(super) fn new(seed: u64, max_pending: usize, rate: Rate) -> Self {
        Self {
            max_pending,
            rooms: Rooms::default(),
            queue: Queue::new(seed, max_pending),
            outgoing: VecDeque::new(),
            is_greeted: false,
            welcome: None,
            rate,
            account: Account::new(rate),
            pause: None,
        }
    }

    pub(super) fn join(&mut self, room: Room, after: Option<u64>) {
        self.rooms.join(room, after);
        self.fill();
    }

    /// What was said in a room before it is left is said there.
    pub(super) fn leave(&mut self, room: &Room) {
        self.rooms.leave(room);
        self.look_if_done(room);
        self.fill();
    }

    fn look_if_done(&mut self, room: &Room) {
        if !self.queue.has_any_in(room) {
            self.rooms.is_done(room);
        }
    }

    pub(super) fn cursor(&self, room: &Room) -> Option<u64> {
        self.rooms.cursor(room)
    }

    pub(super) fn pending(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn ask(&mut self, message: &ClientMessage) {
        if self.is_greeted && self.outgoing.len() < self.max_pending {
            self.push(message.to_json());
        }
    }

    fn push(&mut self, message: String) {
        // The server counts it, whether there was room for it or not.
        self.account.takes(Instant::now().into_std());
        self.outgoing.push_back(message);
    }

    pub(super) fn post(
        &mut self,
        room: Room,
        message: impl FnOnce(MessageId) -> ClientMessage,
    ) -> Result<MessageId, TooManyPending> {
        let id = self.queue.post(room, message)?;
        self.fill();
        Ok(id)
    }

    pub(super) fn post_as(
        &mut self,
        id: MessageId,
        room: Room,
        message: ClientMessage,
    ) -> Result<(), TooManyPending> {
        self.queue.post_as(id, room, message)?;
        self.fill();
        Ok(())
    }

    /// There is a connection on which nothing has been said. It begins with this.
    pub(super) fn opened(&mut self, hello: String) {
        self.outgoing.clear();
        self.account = Account::new(self.rate);
        self.push(hello);
        self.is_greeted = false;
        self.pause = None;
        self.rooms.forget_connection();
        self.queue.forget_sent();
    }

    /// What is to be sent next. It stays until [`sent`](Self::sent): whoever is dropped in
    /// between sends it again.
    pub(super) fn to_send(&self) -> Option<String> {
        self.outgoing.front().cloned()
    }

    pub(super) fn sent(&mut self) {
        self.outgoing.pop_front();
    }

    /// Waits until more may be sent. Safe to be dropped.
    pub(super) async fn due(&mut self) {
        match self.pause {
            None => std::future::pending().await,
            Some(due) => sleep_until(due).await,
        }
        self.pause = None;
        self.fill();
    }

    fn pause_for(&mut self, length: Duration) {
        let due = Instant::now() + length;
        self.pause = self.pause.max(Some(due));
    }

    /// Sends what may be sent by now.
    fn fill(&mut self) {
        while self.is_greeted && self.pause.is_none() {
            let Some(step) = self.next_step() else { return };
            if !self.account.takes(Instant::now().into_std()) {
                return self.pause_for(self.rate.interval);
            }
            let message = self.take(step);
            self.outgoing.push_back(message.to_json());
        }
    }

    /// Rooms come first, and what is said in one waits until it is entered.
    fn next_step(&self) -> Option<Step> {
        if let Some(room) = self.rooms.next() {
            return Some(Step::Room(room.clone()));
        }
        let place = self.queue.next(|room| !self.rooms.is_awaited(room));
        place.map(Step::Say)
    }

    fn take(&mut self, step: Step) -> ClientMessage {
        match step {
            Step::Room(room) => self.rooms.tell(room),
            Step::Say(place) => self.queue.send(place),
        }
    }

    /// The server knows who this is, and has said so.
    pub(super) fn welcomed(&mut self, welcome: String) {
        self.welcome = Some(welcome);
        self.is_greeted = true;
        self.fill();
    }

    pub(super) fn welcome(&self) -> Option<&str> {
        self.welcome.as_deref()
    }

    /// What a message changes. `Err` says why the connection is good for nothing.
    pub(super) fn hear(
        &mut self,
        message: ServerMessage,
    ) -> Result<Option<Notice>, String> {
        match &message {
            ServerMessage::Joined { room, seq, .. } => {
                self.rooms.joined(room, *seq);
                self.fill();
            }
            ServerMessage::Message { room, seq, .. }
            | ServerMessage::Edited { room, seq, .. }
            | ServerMessage::Deleted { room, seq, .. } => {
                let stay = self.rooms.inside(room);
                if !stay.map_or(Ok(false), |stay| stay.is_next(room, *seq))? {
                    return Ok(None);
                }
            }
            ServerMessage::Gap { room, first, last } => {
                let Some(stay) = self.rooms.inside(room) else {
                    return Ok(None);
                };
                stay.gap(*first, *last);
            }
            ServerMessage::Accepted { id, .. } => self.answered(id),
            ServerMessage::Error(problem) => return Ok(self.refused(problem)),
            ServerMessage::Left { room } => {
                self.rooms.left(room);
                self.fill();
            }
            ServerMessage::Welcome { .. }
            | ServerMessage::Page { .. }
            | ServerMessage::Found { .. }
            | ServerMessage::Presence { .. }
            | ServerMessage::Typing { .. } => {}
        }
        Ok(Some(Notice::Told(message)))
    }

    fn answered(&mut self, id: &MessageId) {
        if let Some(room) = self.queue.answered(id) {
            self.look_if_done(&room);
        }
        self.fill();
    }

    fn refused(&mut self, problem: &Problem) -> Option<Notice> {
        match problem.code {
            ErrorCode::One(One::UnknownVersion) => {
                return Some(Notice::Failed(problem.text.clone()));
            }
            ErrorCode::One(One::Rate) => {
                self.is_to_be_asked_again(problem);
                self.pause_for(AGAIN);
            }
            ErrorCode::One(One::Unavailable) if self.is_to_be_asked_again(problem) => {
                self.pause_for(AGAIN);
            }
            // It is on its way into the room, and says it there.
            ErrorCode::One(One::NotInRoom) if self.is_early(problem) => return None,
            // It will not be let in. What it has said there is refused for that.
            ErrorCode::One(One::TooManyRooms) | ErrorCode::NoSuchRoom => {
                if let Some(room) = &problem.room {
                    self.rooms.remove(room);
                }
                self.fill();
            }
            ErrorCode::One(One::NotInRoom) if problem.id.is_none() => {
                problem.room.iter().for_each(|room| self.rooms.left(room));
            }
            _ => problem.id.iter().for_each(|id| self.answered(id)),
        }
        Some(Notice::Told(ServerMessage::Error(problem.clone())))
    }

    /// Whether this is about what was said in a room that is not entered yet. Then it is
    /// sent again when it is.
    fn is_early(&mut self, problem: &Problem) -> bool {
        let Some(id) = &problem.id else { return false };
        let room = self.queue.room_of(id);
        room.is_some_and(|room| self.rooms.is_awaited(room))
            && self.queue.send_again(id)
    }

    /// The server could not do something: what has this id, or else a join or a leave.
    /// Whether that is still wanted.
    fn is_to_be_asked_again(&mut self, problem: &Problem) -> bool {
        if let Some(id) = &problem.id {
            return self.queue.send_again(id);
        }
        let room = problem.room.as_ref();
        room.is_some_and(|room| self.rooms.tell_again(room))
    }
}
