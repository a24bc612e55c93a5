//! What a client may ask for, in either version.

use chat::protocol::{
    ClientMessage as One, ErrorCode, Leave, MAX_ROOMS, MessageId,
    Problem as OneProblem, Room, Text,
};
use connection::SendError;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::error::LogError;
use crate::log::{Act, Post, RoomLog};
use crate::protocol::{
    ClientMessage, Delete, Edit, Join, MAX_PAGE, PageOf, Problem, Say, Search,
    ServerMessage, VERSION,
};
use crate::session::{Guest, Session};

/// What a client asks for, in either version.
pub(crate) enum Request {
    Hello,
    Join(Join),
    Leave(Room),
    Say {
        room: Room,
        text: Text,
        id: Option<MessageId>,
        once: bool,
    },
    Typing(Room),
    Edit(Edit),
    Delete(Delete),
    Page(PageOf),
    Search(Search),
}

impl From<ClientMessage> for Request {
    fn from(message: ClientMessage) -> Self {
        match message {
            ClientMessage::Hello(_) => Self::Hello,
            ClientMessage::Join(join) => Self::Join(join),
            ClientMessage::Leave(leave) => Self::Leave(leave.room),
            ClientMessage::Say(Say { room, text, id }) => Self::Say {
                room,
                text,
                id: Some(id),
                once: true,
            },
            ClientMessage::Typing(typing) => Self::Typing(typing.room),
            ClientMessage::Edit(edit) => Self::Edit(edit),
            ClientMessage::Delete(delete) => Self::Delete(delete),
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
            // In version 1 an id is a mark, and the same one may stand on many messages.
            One::Say(say) => Self::Say {
                room: say.room,
                text: say.text,
                id: say.id,
                once: false,
            },
            One::Typing(typing) => Self::Typing(typing.room),
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin, L: RoomLog> Session<Io, L> {
    /// Does what is asked for. What it gives is still to be told.
    pub(crate) async fn act(
        &mut self,
        guest: &mut Guest,
        request: Request,
    ) -> Result<Option<ServerMessage>, SendError> {
        if let Some(problem) = refused(guest, &request) {
            return Ok(Some(ServerMessage::Error(problem.into())));
        }
        Ok(match request {
            Request::Hello => None,
            Request::Join(join) => self.join(guest, join).await?,
            Request::Leave(room) => {
                guest.rooms.remove(&room);
                Some(ServerMessage::Left { room })
            }
            Request::Typing(room) => {
                guest.types_in(&room);
                None
            }
            Request::Say {
                room,
                text,
                id,
                once,
            } => {
                let text = text.to_string();
                self.append(guest, room, id, once, Act::Say { text }).await
            }
            Request::Edit(Edit {
                room,
                seq,
                text,
                id,
            }) => {
                let (target, text) = (seq, text.to_string());
                self.append(guest, room, id, true, Act::Edit { target, text })
                    .await
            }
            Request::Delete(Delete { room, seq, id }) => {
                self.append(guest, room, id, true, Act::Delete { target: seq })
                    .await
            }
            Request::Page(page) => Some(self.page(page).await),
            Request::Search(search) => Some(self.search(search).await),
        })
    }

    async fn append(
        &mut self,
        guest: &Guest,
        room: Room,
        id: Option<MessageId>,
        once: bool,
        act: Act,
    ) -> Option<ServerMessage> {
        let post = Post {
            author: guest.name.to_string(),
            id: id.as_ref().map(ToString::to_string),
            once,
            act,
        };
        let appended = self.chat.log.append(room.as_str(), post).await;
        let problem = match appended {
            // Version 1 has no such answer: its clients hear themselves.
            Ok(_) if guest.version != VERSION => return None,
            Ok(appended) => {
                let seq = appended.seq;
                return Some(ServerMessage::Accepted { room, id, seq });
            }
            Err(LogError::Refused(refused)) => Problem::from(refused),
            Err(error) => match self.unavailable(&error) {
                ServerMessage::Error(problem) => problem,
                other => return Some(other),
            },
        };
        Some(ServerMessage::Error(problem.about(id)))
    }

    async fn page(&self, page: PageOf) -> ServerMessage {
        let PageOf {
            room,
            before,
            limit,
        } = page;
        let found = self
            .chat
            .log
            .before(room.as_str(), before, limit as usize)
            .await;
        match found {
            Ok(page) => ServerMessage::Page {
                room,
                messages: page.messages.into_iter().map(Into::into).collect(),
                more: page.more,
            },
            Err(error) => self.unavailable(&error),
        }
    }

    async fn search(&self, search: Search) -> ServerMessage {
        let Search { room, query } = search;
        let most = MAX_PAGE as usize;
        let found = self
            .chat
            .log
            .search(room.as_str(), query.as_str(), most)
            .await;
        match found {
            Ok(messages) => ServerMessage::Found {
                room,
                query: query.to_string(),
                messages: messages.into_iter().map(Into::into).collect(),
            },
            Err(error) => self.unavailable(&error),
        }
    }
}

/// What is wrong with a request, before anything is done.
fn refused(guest: &Guest, request: &Request) -> Option<OneProblem> {
    let (room, id) = match request {
        Request::Hello => {
            let text = "you have said hello before";
            return Some(OneProblem::new(ErrorCode::HelloAgain, text));
        }
        Request::Join(join) => {
            let is_in = guest.rooms.contains_key(&join.room);
            let text = format!("you are in {MAX_ROOMS} rooms; leave one first");
            let problem = OneProblem::new(ErrorCode::TooManyRooms, text).at("room");
            return (guest.rooms.len() >= MAX_ROOMS && !is_in).then_some(problem);
        }
        Request::Page(page) if !(1..=MAX_PAGE).contains(&page.limit) => {
            let text = format!("a page has 1 to {MAX_PAGE} messages");
            return Some(OneProblem::new(ErrorCode::Malformed, text).at("limit"));
        }
        Request::Leave(room) | Request::Typing(room) => (room, None),
        Request::Page(page) => (&page.room, None),
        Request::Search(search) => (&search.room, None),
        Request::Say { room, id, .. } => (room, id.clone()),
        Request::Edit(edit) => (&edit.room, edit.id.clone()),
        Request::Delete(delete) => (&delete.room, delete.id.clone()),
    };
    let problem = OneProblem::new(ErrorCode::NotInRoom, "you are not in this room");
    (!guest.rooms.contains_key(room)).then(|| problem.at("room").about(id))
}
