//! The line in which somebody writes.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use ratatui::text::Span;

use super::text::clean_line;

/// How many lines are remembered.
const REMEMBERED: usize = 100;

/// A line, and where in it the next letter goes.
#[derive(Debug, Default)]
pub(crate) struct LineEditor {
    text: String,
    /// In bytes, between two letters.
    cursor: usize,
    /// What was written before, oldest first.
    before: Vec<String>,
    /// Which of them is shown.
    shown: Option<usize>,
}

/// What a key has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edited {
    /// The text is another one.
    Text,
    /// Nothing but the place in it.
    Place,
    /// It is no key for a line.
    No,
}

impl LineEditor {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub(crate) fn before_cursor(&self) -> &str {
        &self.text[..self.cursor]
    }

    pub(crate) fn set(&mut self, text: &str) {
        self.text = clean_line(text);
        self.cursor = self.text.len();
    }

    /// Takes the line away, and remembers it.
    pub(crate) fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        (self.cursor, self.shown) = (0, None);
        if !text.is_empty() && self.before.last() != Some(&text) {
            self.before.push(text.clone());
            if self.before.len() > REMEMBERED {
                self.before.remove(0);
            }
        }
        text
    }

    /// Puts in what was pasted: no key, and no end of the line either.
    pub(crate) fn paste(&mut self, text: &str) {
        let text = clean_line(text);
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    pub(crate) fn take_key(&mut self, key: KeyEvent) -> Edited {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('a') if control => self.cursor = 0,
            KeyCode::Char('e') if control => self.cursor = self.text.len(),
            KeyCode::Char('u') if control => return self.remove(0, self.cursor),
            KeyCode::Char('k') if control => {
                return self.remove(self.cursor, self.text.len());
            }
            KeyCode::Char('w') if control => {
                return self.remove(self.word_start(), self.cursor);
            }
            KeyCode::Char(letter) if !control && !key.modifiers.contains(ALT) => {
                self.paste(letter.encode_utf8(&mut [0; 4]));
                return Edited::Text;
            }
            KeyCode::Backspace => return self.remove(self.left(), self.cursor),
            KeyCode::Delete => return self.remove(self.cursor, self.right()),
            KeyCode::Left => self.cursor = self.left(),
            KeyCode::Right => self.cursor = self.right(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            KeyCode::Up => return self.show(-1),
            KeyCode::Down => return self.show(1),
            _ => return Edited::No,
        }
        Edited::Place
    }

    fn remove(&mut self, start: usize, end: usize) -> Edited {
        self.text.replace_range(start..end, "");
        self.cursor = start;
        Edited::Text
    }

    fn left(&self) -> usize {
        let before = Span::raw(self.before_cursor());
        let last = before.styled_graphemes(Style::default()).last();
        self.cursor - last.map_or(0, |letter| letter.symbol.len())
    }

    fn right(&self) -> usize {
        let after = Span::raw(&self.text[self.cursor..]);
        let next = after.styled_graphemes(Style::default()).next();
        self.cursor + next.map_or(0, |letter| letter.symbol.len())
    }

    fn word_start(&self) -> usize {
        let before = self.before_cursor().trim_end();
        before.rfind(' ').map_or(0, |space| space + 1)
    }

    /// Shows an older line, or a younger one; behind the youngest there is an empty one.
    fn show(&mut self, step: isize) -> Edited {
        let last = self.before.len();
        let place = self.shown.unwrap_or(last).saturating_add_signed(step);
        self.shown = Some(place.min(last));
        let text = self.before.get(place).cloned().unwrap_or_default();
        self.set(&text);
        Edited::Text
    }
}

const ALT: KeyModifiers = KeyModifiers::ALT;
