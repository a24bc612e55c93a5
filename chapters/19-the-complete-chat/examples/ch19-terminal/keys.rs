//! What somebody types.

use std::time::{Duration, Instant};

use gatekeeping::api::Kind;
use history::protocol::{ClientMessage, Search, Typing};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::calls::Call;
use super::command::{Command, HELP, parse};
use super::line_editor::Edited;
use super::{Effect, Ui};

/// How often a room is told that somebody is writing, at most.
const WRITING: Duration = Duration::from_secs(3);

impl Ui {
    /// A key was pressed.
    pub(crate) fn key(&mut self, key: KeyEvent, now: Instant) {
        self.now = now;
        if key.kind == KeyEventKind::Release {
            return;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('c' | 'd') if control => self.effects.push(Effect::Quit),
            KeyCode::Char('n') if control => self.step(1),
            KeyCode::Char('p') if control => self.step(-1),
            KeyCode::Down if alt => self.step(1),
            KeyCode::Up if alt => self.step(-1),
            KeyCode::Tab => self.next_unread(),
            KeyCode::PageUp => self.back(self.page_rows()),
            KeyCode::PageDown => self.forth(self.page_rows()),
            KeyCode::Esc => {
                self.panel = None;
                self.newest();
            }
            KeyCode::Enter => self.enter(),
            _ => self.edit_line(key),
        }
    }

    /// Something was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.line.paste(text);
    }

    fn edit_line(&mut self, key: KeyEvent) {
        let edited = self.line.take_key(key);
        let is_words = !self.line.text().starts_with('/');
        if edited == Edited::Text && is_words && !self.line.text().is_empty() {
            self.tell_writing();
        }
    }

    fn tell_writing(&mut self) {
        let told = self.told_writing;
        if told.is_some_and(|told| self.now.duration_since(told) < WRITING) {
            return;
        }
        if let Some(room) = self.current_room() {
            self.told_writing = Some(self.now);
            let typing = ClientMessage::Typing(Typing { room });
            self.effects.push(Effect::Ask(typing));
        }
    }

    fn newest(&mut self) {
        if let Some(view) = self.current_mut() {
            view.place = None;
        }
        self.tell_read();
    }

    /// So many rooms further down.
    fn step(&mut self, step: isize) {
        let count = self.rooms.len();
        if count > 0 {
            let steps = step.rem_euclid(count.cast_signed());
            self.turn_to((self.current + steps.cast_unsigned()) % count);
        }
    }

    fn next_unread(&mut self) {
        let count = self.rooms.len();
        let mut places = (1..count).map(|step| (self.current + step) % count);
        let is_unread = |place: &usize| self.rooms[*place].unread(&self.me).0 > 0;
        if let Some(place) = places.find(is_unread) {
            self.turn_to(place);
        }
    }

    fn enter(&mut self) {
        self.panel = None;
        if self.line.text().trim().is_empty() {
            return;
        }
        match parse(self.line.text()) {
            Ok(command) => {
                self.line.take();
                self.told_writing = None;
                self.run(command);
            }
            // It stays, to be put right.
            Err(why) => self.remark(&why),
        }
    }

    fn run(&mut self, command: Command) {
        match command {
            Command::Help => self.help(),
            Command::Quit => self.effects.push(Effect::Quit),
            Command::SignOut => self.call(Call::SignOut),
            Command::Rooms => self.call(Call::Rooms),
            Command::Create(room) => self.call(Call::Create(room, Kind::Public)),
            Command::Private(room) => self.call(Call::Create(room, Kind::Private)),
            Command::Direct(name) => self.call(Call::Direct(name)),
            Command::Join(room) => {
                let mut rooms = self.rooms.iter();
                let is_it = |title: &str| title.get(1..) == Some(room.as_str());
                match rooms.position(|it| it.info.room == room || is_it(&it.title())) {
                    Some(place) => self.turn_to(place),
                    None => self.call(Call::Enter(room)),
                }
            }
            in_room => self.run_in_room(in_room),
        }
    }

    fn run_in_room(&mut self, command: Command) {
        let Some(room) = self.current_room() else {
            return self.remark("you are in no room: see /rooms, and /join one");
        };
        match command {
            Command::Say(text) => {
                self.newest();
                self.effects.push(Effect::Say(room, text));
            }
            Command::Invite(name) => self.call(Call::Invite(room, name)),
            Command::Leave => self.call(Call::Leave(room)),
            Command::Search(query) => {
                let search = ClientMessage::Search(Search { room, query });
                self.effects.push(Effect::Ask(search));
            }
            Command::Who => self.who(),
            Command::Edit(text) => {
                let last = self.my_last();
                match (last, text) {
                    (None, _) => self.remark("you have said nothing here"),
                    (Some((_, old)), None) => self.line.set(&format!("/edit {old}")),
                    (Some((seq, _)), Some(text)) => {
                        self.effects.push(Effect::Edit(room, seq, text));
                    }
                }
            }
            Command::Delete => match self.my_last() {
                Some((seq, _)) => self.effects.push(Effect::Delete(room, seq)),
                None => self.remark("you have said nothing here"),
            },
            _ => {}
        }
    }

    fn my_last(&self) -> Option<(u64, String)> {
        let (seq, text) = self.current()?.last_of(&self.me)?;
        Some((seq, text.to_owned()))
    }

    fn call(&mut self, call: Call) {
        self.effects.push(Effect::Call(call));
    }

    fn help(&mut self) {
        let row = |(keys, what): &(&str, &str)| format!("{keys:<15} {what}");
        let rows = HELP.iter().map(row).collect();
        self.show("help", rows);
    }

    fn who(&mut self) {
        if let Some(view) = self.current() {
            let title = format!("here in {}", view.title());
            let rows = view.here.iter().map(ToString::to_string).collect();
            self.show(&title, rows);
        }
    }
}
