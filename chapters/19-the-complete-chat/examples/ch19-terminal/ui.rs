//! What the terminal client knows and shows, apart from any terminal and any network: keys
//! and news go in, and what is to be done comes out.

pub(crate) mod calls;
mod command;
mod draw;
mod keys;
mod line_editor;
mod news;
mod room;
mod rows;
mod text;

use std::time::{Duration, Instant};

use calls::Call;
use gatekeeping::protocol::RoomInfo;
use history::protocol::{ClientMessage, MAX_ROOMS, MessageId, PageOf, Room, Text};
use line_editor::LineEditor;
use room::{Older, PAGE, RoomView};

pub(crate) use draw::draw;

/// How often the server is told at most how far was read.
const READ: Duration = Duration::from_secs(3);

/// How long a remark stands.
const REMARK: Duration = Duration::from_secs(8);

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Takes a seat in a room; with a number, what came behind that is told first.
    Join(Room, Option<u64>),
    /// Gives a seat up. One stays a member.
    Unseat(Room),
    Say(Room, Text),
    Edit(Room, u64, Text),
    Delete(Room, u64),
    Ask(ClientMessage),
    Call(Call),
    Quit,
}

/// All that is known and shown.
#[derive(Debug)]
pub(crate) struct Ui {
    me: String,
    link: Link,
    /// In the order in which they are shown.
    rooms: Vec<RoomView>,
    current: usize,
    /// To be shown when one is a member of it.
    wanted: Option<Room>,
    line: LineEditor,
    panel: Option<Panel>,
    remark: Option<(String, Instant)>,
    /// When the room was last told that one is writing.
    told_writing: Option<Instant>,
    /// When the server was last told how far was read.
    told_read: Option<Instant>,
    /// Of the terminal: columns and rows.
    size: (u16, u16),
    now: Instant,
    effects: Vec<Effect>,
}

/// Whether there is a connection.
#[derive(Debug)]
enum Link {
    Connecting,
    Connected,
    /// The next attempt is made then.
    Cut(String, Instant),
    Failed(String),
}

/// What is shown in place of the room until a key is pressed.
#[derive(Debug)]
struct Panel {
    title: String,
    rows: Vec<String>,
    /// So many rows are above the upper edge.
    above: usize,
}

impl Ui {
    pub(crate) fn new(me: &str, now: Instant) -> Self {
        Self {
            me: me.to_owned(),
            link: Link::Connecting,
            rooms: Vec::new(),
            current: 0,
            wanted: None,
            line: LineEditor::default(),
            panel: None,
            remark: None,
            told_writing: None,
            told_read: None,
            size: (80, 24),
            now,
            effects: Vec::new(),
        }
    }

    /// What is to be done since the last time.
    pub(crate) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The terminal has this many columns and rows.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
    }

    /// It is later now.
    pub(crate) fn tick(&mut self, now: Instant) {
        self.now = now;
        if self.remark.as_ref().is_some_and(|(_, end)| *end <= now) {
            self.remark = None;
        }
        let told = self.told_read;
        if told.is_none_or(|told| now.duration_since(told) >= READ) {
            self.tell_read();
        }
    }

    /// Something has been said, and has no answer yet.
    pub(crate) fn said(&mut self, room: &Room, id: MessageId, text: &Text) {
        if let Some(view) = self.room_mut(room) {
            view.waiting.push_back((id, text::clean(text.as_str())));
        }
    }

    pub(crate) fn remark(&mut self, text: &str) {
        self.remark = Some((text::clean_line(text), self.now + REMARK));
    }

    fn show(&mut self, title: &str, rows: Vec<String>) {
        let title = text::clean_line(title);
        let rows = rows.iter().map(|row| text::clean_line(row)).collect();
        self.panel = Some(Panel {
            title,
            rows,
            above: 0,
        });
    }

    fn is_connected(&self) -> bool {
        matches!(self.link, Link::Connected)
    }

    fn current(&self) -> Option<&RoomView> {
        self.rooms.get(self.current)
    }

    fn current_mut(&mut self) -> Option<&mut RoomView> {
        self.rooms.get_mut(self.current)
    }

    fn current_room(&self) -> Option<Room> {
        self.current().map(|view| view.info.room.clone())
    }

    fn room_mut(&mut self, room: &Room) -> Option<&mut RoomView> {
        self.rooms.iter_mut().find(|view| view.info.room == *room)
    }

    /// Shows another room.
    fn turn_to(&mut self, place: usize) {
        self.current = place;
        self.panel = None;
        self.sit_down();
        self.told_writing = None;
        self.tell_read();
    }

    /// Somebody is a member of this room: whether that is new, or only what is known of it.
    fn has(&mut self, info: RoomInfo) {
        let room = info.room.clone();
        match self.room_mut(&room) {
            Some(view) => {
                view.is_read(info.read);
                view.info = info;
            }
            None => {
                let shown = self.current_room();
                self.rooms.push(RoomView::new(info));
                self.rooms.sort_by_key(RoomView::title);
                self.look_at(shown.as_ref());
                self.take_seat(&room);
            }
        }
        if self.wanted.as_ref() == Some(&room) {
            self.wanted = None;
            self.look_at(Some(&room));
            self.turn_to(self.current);
        }
    }

    /// Takes a seat in a room, if there is one left.
    fn take_seat(&mut self, room: &Room) {
        let seated = self.rooms.iter().filter(|view| view.is_seated).count();
        let Some(view) = self.room_mut(room) else {
            return;
        };
        if view.is_seated || seated >= MAX_ROOMS {
            return;
        }
        view.is_seated = true;
        let known = Some(view.last).filter(|_| !view.said.is_empty());
        self.effects.push(Effect::Join(room.clone(), known));
    }

    /// Takes a seat in the room that is looked at: if none is left, that of the room that
    /// nobody has looked at for the longest time.
    fn sit_down(&mut self) {
        let turns = self.rooms.iter().map(|view| view.looked).max();
        let Some(view) = self.current_mut() else {
            return;
        };
        view.looked = turns.unwrap_or(0) + 1;
        let (room, is_seated) = (view.info.room.clone(), view.is_seated);
        if is_seated {
            return;
        }
        let seated = self.rooms.iter_mut().filter(|view| view.is_seated);
        let mut seated: Vec<_> = seated.collect();
        if seated.len() >= MAX_ROOMS
            && let Some(other) = seated.iter_mut().min_by_key(|view| view.looked)
        {
            other.is_seated = false;
            other.here.clear();
            let other = other.info.room.clone();
            self.effects.push(Effect::Unseat(other));
        }
        self.take_seat(&room);
    }

    /// Somebody is no member of this room any more.
    fn has_no_longer(&mut self, room: &Room) {
        let shown = self.current_room();
        self.rooms.retain(|view| view.info.room != *room);
        self.look_at(shown.as_ref());
        self.sit_down();
    }

    /// Goes on to show this room, if it is there, wherever it stands now.
    fn look_at(&mut self, room: Option<&Room>) {
        let mut rooms = self.rooms.iter();
        let place = rooms.position(|view| Some(&view.info.room) == room);
        let last = self.rooms.len().saturating_sub(1);
        self.current = place.unwrap_or(self.current.min(last));
    }

    /// What is shown to its end has been read, and the server is told.
    fn tell_read(&mut self) {
        let is_connected = self.is_connected();
        let Some(view) = self.current_mut() else {
            return;
        };
        if view.place.is_some() {
            return;
        }
        view.read = view.read.max(view.last);
        if is_connected && view.read > view.told_read {
            view.told_read = view.read;
            let (room, seq) = (view.info.room.clone(), view.read);
            self.told_read = Some(self.now);
            self.effects.push(Effect::Call(Call::Read(room, seq)));
        }
    }

    /// Asks for older messages of a room, if there are any and nobody has asked.
    fn ask_for_older(&mut self, room: &Room) {
        let is_connected = self.is_connected();
        let Some(view) = self.room_mut(room) else {
            return;
        };
        let oldest = view.said.keys().next().copied();
        let before = oldest.unwrap_or(view.last + 1);
        let may_be_more = matches!(view.older, Older::Unknown | Older::More);
        if !is_connected || !may_be_more || view.said.len() >= room::MOST {
            return;
        }
        if before <= 1 {
            view.older = Older::None;
            return;
        }
        view.older = Older::Asked;
        let (room, limit) = (room.clone(), PAGE);
        let page = PageOf {
            room,
            before,
            limit,
        };
        self.effects.push(Effect::Ask(ClientMessage::Page(page)));
    }
}
