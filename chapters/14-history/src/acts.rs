//! What a client may ask for, in either version.

use chat::protocol::{
    ClientMessage as One, ErrorCode, Leave, MessageId, Problem as OneProblem, Room,
    Text,
};

use crate::error::{LogError, Refused};
use crate::fan_out::FanOut;
use crate::gate::Gate;
use crate::line::Line;
use crate::log::{Act, Appended, Post, RoomLog};
use crate::protocol::{
    ClientMessage, Delete, Edit, Join, MAX_PAGE, PageOf, Problem, Say, Search,
    ServerMessage, VERSION,
};
use crate::server::Chat;
use crate::session::{Failure, Guest, Session};

/// What a client asks for, in either version.
pub(crate) enum Request {
    Hello,
    Join(Join),
    Leave(Room),
    /// Something for the log. The id is the client's.
    Post {
        room: Room,
        id: Option<MessageId>,
        act: Act,
    },
    Typing(Room),
    Page(PageOf),
    Search(Search),
}

impl From<ClientMessage> for Request {
    fn from(message: ClientMessage) -> Self {
        match message {
            ClientMessage::Hello(_) => Self::Hello,
            ClientMessage::Join(join) => Self::Join(join),
            ClientMessage::Leave(leave) => Self::Leave(leave.room),
            ClientMessage::Say(Say { room, text, id }) => {
                Self::say(room, &text, Some(id))
            }
            ClientMessage::Typing(typing) => Self::Typing(typing.room),
            ClientMessage::Edit(Edit {
                room,
                seq,
                text,
                id,
            }) => Self::Post {
                room,
                id: Some(id),
                act: Act::Edit {
                    target: seq,
                    text: text.to_string(),
                },
            },
            ClientMessage::Delete(Delete { room, seq, id }) => Self::Post {
                room,
                id: Some(id),
                act: Act::Delete { target: seq },
            },
            ClientMessage::Page(page) => Self::Page(page),
            ClientMessage::Search(search) => Self::Search(search),
        }
    }
}

impl From<One> for Request {
    fn from(message: One) -> Self {
        match message {
            One::Hello(_) => Self::Hello,
            One::Join(join) => Self::Join(Join {
                room: join.room,
                after: None,
            }),
            One::Leave(Leave { room }) => Self::Leave(room),
            One::Say(say) => Self::say(say.room, &say.text, say.id),
            One::Typing(typing) => Self::Typing(typing.room),
        }
    }
}

impl Request {
    fn say(room: Room, text: &Text, id: Option<MessageId>) -> Self {
        let text = text.to_string();
        let act = Act::Say { text };
        Self::Post { room, id, act }
    }
}

impl<T: Line, L: RoomLog, F: FanOut, G: Gate> Session<T, L, F, G> {
    /// Does what is asked for. What it gives is still to be told.
    pub(crate) async fn act(
        &mut self,
        guest: &mut Guest<F, G::Pass>,
        request: Request,
    ) -> Result<Option<ServerMessage>, Failure> {
        if let Some(problem) = refused(guest, &request, self.chat.limits.rooms) {
            return Err(Problem::from(problem).into());
        }
        Ok(match request {
            Request::Hello => None,
            Request::Join(join) => {
                self.join(guest, join).await?;
                None
            }
            Request::Leave(room) => {
                guest.rooms.remove(&room);
                Some(ServerMessage::Left { room })
            }
            Request::Typing(room) => {
                guest.types_in(&room);
                None
            }
            Request::Post { room, id, act } => {
                let appended = self.chat.append(guest, &room, id.as_ref(), act).await?;
                let seq = appended.seq;
                // Version 1 has no such answer: its clients hear themselves.
                let id = id.filter(|_| guest.version == VERSION);
                id.map(|id| ServerMessage::Accepted { room, id, seq })
            }
            Request::Page(page) => Some(self.chat.page(page).await?),
            Request::Search(search) => Some(self.chat.search(search).await?),
        })
    }
}

impl<L: RoomLog, F: FanOut, G: Gate> Chat<L, F, G> {
    async fn append(
        &self,
        guest: &Guest<F, G::Pass>,
        room: &Room,
        id: Option<&MessageId>,
        act: Act,
    ) -> Result<Appended, Problem> {
        let is_said = matches!(act, Act::Say { .. });
        let post = Post {
            author: guest.name.to_string(),
            id: id.map(ToString::to_string),
            // In version 1 an id is a mark, and the same one may stand on many messages.
            once: guest.version == VERSION,
            act,
        };
        let appended = self.log.append(room.as_str(), post).await;
        appended.map_err(|error| match error {
            // What is said names no message but by its id.
            LogError::Refused(refused @ Refused::Deleted) if is_said => {
                Problem::from(refused).at("id")
            }
            LogError::Refused(refused) => refused.into(),
            error => self.unavailable(&error),
        })
    }

    async fn page(&self, page: PageOf) -> Result<ServerMessage, Problem> {
        let PageOf {
            room,
            before,
            limit,
        } = page;
        let log = &self.log;
        let found = log.before(room.as_str(), before, limit as usize).await;
        let page = found.map_err(|error| self.unavailable(&error))?;
        Ok(ServerMessage::Page {
            room,
            messages: page.messages.into_iter().map(Into::into).collect(),
            more: page.more,
        })
    }

    async fn search(&self, search: Search) -> Result<ServerMessage, Problem> {
        let Search { room, query } = search;
        let (log, most) = (&self.log, MAX_PAGE as usize);
        let found = log.search(room.as_str(), query.as_str(), most).await;
        let messages = found.map_err(|error| self.unavailable(&error))?;
        Ok(ServerMessage::Found {
            room,
            query: query.to_string(),
            messages: messages.into_iter().map(Into::into).collect(),
        })
    }
}

/// What is wrong with a request, before anything is done.
fn refused<F: FanOut, P>(
    guest: &Guest<F, P>,
    request: &Request,
    rooms: usize,
) -> Option<OneProblem> {
    let room = match request {
        Request::Hello => {
            let text = "you have said hello before";
            return Some(OneProblem::new(ErrorCode::HelloAgain, text));
        }
        Request::Join(join) => {
            let is_in = guest.rooms.contains_key(&join.room);
            let text = format!("you are in {rooms} rooms; leave one first");
            let problem = OneProblem::new(ErrorCode::TooManyRooms, text).at("room");
            return (guest.rooms.len() >= rooms && !is_in).then_some(problem);
        }
        Request::Page(page) if !(1..=MAX_PAGE).contains(&page.limit) => {
            let text = format!("a page has 1 to {MAX_PAGE} messages");
            return Some(OneProblem::new(ErrorCode::Malformed, text).at("limit"));
        }
        Request::Leave(room) | Request::Typing(room) => room,
        Request::Page(page) => &page.room,
        Request::Search(search) => &search.room,
        Request::Post { room, .. } => room,
    };
    let problem = OneProblem::new(ErrorCode::NotInRoom, "you are not in this room");
    (!guest.rooms.contains_key(room)).then(|| problem.at("room"))
}
