//! A message is on its way or an entry, and never both.

use std::collections::BTreeMap;

/// What stands in a line of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An entry of the room, with its number.
    Entry(u64, String),
    /// On its way.
    Sending(String),
    /// The server does not want it.
    Refused(String),
}

/// What a window shows of a room.
#[derive(Debug, Default)]
pub struct View {
    entries: BTreeMap<u64, String>,
    /// What has no number yet, in the order in which it was said.
    outbox: Vec<Own>,
}

#[derive(Debug)]
struct Own {
    id: u64,
    text: String,
    refused: bool,
}

impl View {
    /// You say something. The id is new.
    pub fn said(&mut self, id: u64, text: &str) {
        self.outbox.push(Own {
            id,
            text: text.to_owned(),
            refused: false,
        });
    }

    /// The server has put your message into the room, under this number.
    pub fn accepted(&mut self, id: u64, number: u64) {
        // If it is not on its way, it has been heard, or was accepted before.
        if let Some(own) = self.take(id) {
            self.entries.insert(number, own.text);
        }
    }

    /// The server does not take your message.
    pub fn refused(&mut self, id: u64) {
        if let Some(own) = self.outbox.iter_mut().find(|own| own.id == id) {
            own.refused = true;
        }
    }

    /// A message of the room is heard. Its author calls it `id`.
    pub fn heard(&mut self, number: u64, mine: bool, id: u64, text: &str) {
        if mine {
            self.take(id);
        }
        self.entries.insert(number, text.to_owned());
    }

    /// What is shown, from top to bottom.
    pub fn lines(&self) -> Vec<Line> {
        let entries = self.entries.iter();
        let entries = entries.map(|(number, text)| Line::Entry(*number, text.clone()));
        let own = self.outbox.iter().map(|own| match own.refused {
            true => Line::Refused(own.text.clone()),
            false => Line::Sending(own.text.clone()),
        });
        entries.chain(own).collect()
    }

    fn take(&mut self, id: u64) -> Option<Own> {
        let at = self.outbox.iter().position(|own| own.id == id)?;
        Some(self.outbox.remove(at))
    }
}
