//! A terminal without a terminal.

use std::time::Instant;

use gatekeeping::protocol::ServerMessage as Three;
use history::protocol::{ClientMessage, Room};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::{Value, json};
use the_complete_chat::client::News;

use crate::ui::calls::Call;
use crate::ui::{Effect, Ui, draw};

/// Ada at her terminal.
pub(crate) struct Stage {
    pub(crate) ui: Ui,
    pub(crate) now: Instant,
    pub(crate) terminal: Terminal<TestBackend>,
}

impl Stage {
    /// She is in three rooms, and the first is shown: the harbour.
    pub(crate) fn new() -> Self {
        Self::sized(72, 14)
    }

    pub(crate) fn sized(columns: u16, rows: u16) -> Self {
        let now = Instant::now();
        let mut ui = Ui::new("ada", now);
        ui.resize(columns, rows);
        let terminal = Terminal::new(TestBackend::new(columns, rows));
        let mut stage = Self {
            ui,
            now,
            terminal: terminal.expect("a screen"),
        };
        stage.hear(json!({
            "type": "welcome", "version": 3, "name": "ada", "rooms": [
                { "room": "harbour", "kind": "public", "read": 0 },
                { "room": "crew--x7k2m9q4", "kind": "private", "read": 0,
                  "members": ["ada", "ben"] },
                { "room": "dm-81f3", "kind": "direct", "with": "ben", "read": 0 },
            ],
        }));
        stage.ui.effects();
        stage
    }

    pub(crate) fn hear(&mut self, message: Value) {
        let message = Three::parse(&message.to_string()).expect("JSON");
        let news = match message.expect("the protocol") {
            Three::Welcome(welcome) => News::Connected(welcome),
            Three::Room(info) => News::Room(info),
            Three::Removed(room) => News::Removed(room),
            Three::Read { room, seq } => News::Read { room, seq },
            Three::Two(message) => News::Told(message),
        };
        self.ui.news(news, self.now);
    }

    pub(crate) fn says(&mut self, room: &str, seq: u64, name: &str, text: &str) {
        self.hear(json!({
            "type": "message", "room": room, "seq": seq, "name": name, "text": text,
        }));
    }

    pub(crate) fn key(&mut self, code: KeyCode) {
        self.ui
            .key(KeyEvent::new(code, KeyModifiers::NONE), self.now);
    }

    pub(crate) fn alt(&mut self, code: KeyCode) {
        self.ui
            .key(KeyEvent::new(code, KeyModifiers::ALT), self.now);
    }

    pub(crate) fn types(&mut self, text: &str) {
        text.chars()
            .for_each(|letter| self.key(KeyCode::Char(letter)));
    }

    /// Types a line; what is to be done then.
    pub(crate) fn enters(&mut self, line: &str) -> Vec<Effect> {
        self.types(line);
        self.key(KeyCode::Enter);
        let effects = self.ui.effects().into_iter();
        let is_by_the_way = |effect: &Effect| {
            matches!(
                effect,
                Effect::Ask(ClientMessage::Typing(_)) | Effect::Call(Call::Read(..))
            )
        };
        effects.filter(|it| !is_by_the_way(it)).collect()
    }

    pub(crate) fn screen(&mut self) -> String {
        let drawn = self.terminal.draw(|frame| draw(&self.ui, frame));
        drawn.expect("a screen");
        self.terminal.backend().to_string()
    }
}

pub(crate) fn room(name: &str) -> Room {
    Room::new(name).expect("a room")
}
