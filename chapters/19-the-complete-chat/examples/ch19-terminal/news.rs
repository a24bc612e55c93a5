//! What comes from the server.

use std::time::{Duration, Instant};

use chat::protocol::ErrorCode as One;
use gatekeeping::protocol::{RoomInfo, Welcome};
use history::protocol::{ErrorCode, MessageId, Problem, Room, SaidThen, ServerMessage};
use the_complete_chat::client::News;

use super::calls::{Answer, Call};
use super::room::{Older, title};
use super::{Effect, Link, Ui};

impl Ui {
    /// There is news over the line.
    pub(crate) fn news(&mut self, news: News, now: Instant) {
        self.now = now;
        match news {
            News::Connected(welcome) => self.connected(welcome),
            News::Cut { why, wait } => self.cut(why, wait),
            News::Failed(why) => self.link = Link::Failed(why),
            News::Told(message) => self.told(&message),
            News::Room(info) => self.has(info),
            News::Removed(room) => self.has_no_longer(&room),
            News::Read { room, seq } => {
                if let Some(view) = self.room_mut(&room) {
                    view.is_read(seq);
                }
            }
        }
    }

    fn connected(&mut self, welcome: Welcome) {
        self.link = Link::Connected;
        self.me = welcome.name.to_string();
        let is_mine = |room: &Room| welcome.rooms.iter().any(|info| info.room == *room);
        let rooms = self.rooms.iter().map(|view| view.info.room.clone());
        let gone: Vec<Room> = rooms.filter(|room| !is_mine(room)).collect();
        gone.iter().for_each(|room| self.has_no_longer(room));
        welcome.rooms.into_iter().for_each(|info| self.has(info));
    }

    /// What was asked for has no answer.
    fn cut(&mut self, why: String, wait: Duration) {
        self.link = Link::Cut(why, self.now + wait);
        for view in &mut self.rooms {
            if view.older == Older::Asked {
                view.older = match view.said.is_empty() {
                    true => Older::Unknown,
                    false => Older::More,
                };
            }
            view.here.clear();
        }
    }

    fn told(&mut self, message: &ServerMessage) {
        match message {
            ServerMessage::Joined { room, .. } => {
                self.hear(room, message);
                if self
                    .room_mut(room)
                    .is_some_and(|it| it.older == Older::Unknown)
                {
                    self.ask_for_older(&room.clone());
                }
            }
            ServerMessage::Message { room, .. }
            | ServerMessage::Edited { room, .. }
            | ServerMessage::Deleted { room, .. }
            | ServerMessage::Gap { room, .. }
            | ServerMessage::Page { room, .. }
            | ServerMessage::Presence { room, .. }
            | ServerMessage::Typing { room, .. } => self.hear(room, message),
            ServerMessage::Accepted { id, .. } => {
                self.answered(id);
            }
            ServerMessage::Found {
                query, messages, ..
            } => self.found(query, messages),
            ServerMessage::Error(problem) => self.refused(problem),
            ServerMessage::Welcome { .. } | ServerMessage::Left { .. } => {}
        }
    }

    fn hear(&mut self, room: &Room, message: &ServerMessage) {
        let now = self.now;
        if let Some(view) = self.room_mut(room) {
            view.hear(message, now);
        }
        self.tell_read_soon(room);
    }

    /// What is looked at has been read, as soon as the next tick says so to the server.
    fn tell_read_soon(&mut self, room: &Room) {
        if let Some(view) = self.current_mut().filter(|view| view.info.room == *room)
            && view.place.is_none()
        {
            view.read = view.read.max(view.last);
        }
    }

    /// This waits no longer. What it was.
    fn answered(&mut self, id: &MessageId) -> Option<String> {
        self.rooms.iter_mut().find_map(|view| {
            let place = view.waiting.iter().position(|(waiting, _)| waiting == id)?;
            view.waiting.remove(place).map(|(_, text)| text)
        })
    }

    fn found(&mut self, query: &str, messages: &[SaidThen]) {
        let row = |said: &SaidThen| {
            let text = said.text.as_deref().unwrap_or_default();
            format!("{}: {text}", said.name)
        };
        let rows = match messages.is_empty() {
            true => vec!["nobody has said that here".to_owned()],
            false => messages.iter().map(row).collect(),
        };
        self.show(&format!("found: {query}"), rows);
    }

    fn refused(&mut self, problem: &Problem) {
        let code = problem.code;
        // It is said again by itself.
        let is_for_now = matches!(code, ErrorCode::One(One::Rate | One::Unavailable));
        if let (ErrorCode::One(One::TooManyRooms), Some(room)) = (code, &problem.room)
            && let Some(view) = self.room_mut(room)
        {
            view.is_seated = false;
        }
        let id = problem.id.as_ref().filter(|_| !is_for_now);
        let refused = id.and_then(|id| self.answered(id));
        match refused {
            Some(text) => {
                self.remark(&format!("not said: {}", problem.text));
                // Nobody shall have to write it again.
                if self.line.text().is_empty() {
                    self.line.set(&text);
                }
            }
            None => self.remark(&problem.text),
        }
    }

    /// What came of a request to the HTTP API.
    pub(crate) fn answer(&mut self, call: &Call, outcome: Result<Answer, String>) {
        let answer = match outcome {
            Ok(answer) => answer,
            // It is told again with the next number.
            Err(_) if matches!(call, Call::Read(..)) => return,
            Err(why) => return self.remark(&why),
        };
        match answer {
            Answer::Room(info) => {
                self.wanted = Some(info.room.clone());
                self.has(info);
            }
            Answer::Rooms(rooms) => {
                let row = |listed: &gatekeeping::api::Listed| {
                    let mark = if listed.member { "*" } else { " " };
                    format!("{mark} {}{}", title(&listed.info), members(&listed.info))
                };
                let mut rows: Vec<String> = rooms.iter().map(row).collect();
                rows.push("* you are in it; /join ROOM to enter another".to_owned());
                self.show("rooms", rows);
            }
            Answer::Done => match call {
                Call::Invite(_, name) => self.remark(&format!("{name} may come in")),
                Call::Leave(room) => self.has_no_longer(room),
                Call::SignOut => self.effects.push(Effect::Quit),
                _ => {}
            },
        }
    }
}

fn members(info: &RoomInfo) -> String {
    let members = info.members.iter().flatten().map(ToString::to_string);
    let members: Vec<String> = members.collect();
    match members.is_empty() {
        true => String::new(),
        false => format!(": {}", members.join(", ")),
    }
}
