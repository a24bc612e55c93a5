//! What the bot knows after a restart.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use history::protocol::{MessageId, Room};
use serde::{Deserialize, Serialize};

/// How many reminders there may be at a time.
const MOST: usize = 1000;

/// What the bot knows after a restart, in a file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Memory {
    #[serde(skip)]
    file: PathBuf,
    /// Up to here everything in a room is answered.
    pub(crate) cursors: BTreeMap<Room, u64>,
    pub(crate) reminders: Vec<Reminder>,
}

/// What somebody is to be reminded of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reminder {
    pub(crate) room: Room,
    /// The id under which it is said: made of the number of the message that has asked for
    /// it, so it is said once.
    pub(crate) id: MessageId,
    pub(crate) text: String,
    /// In seconds since 1970-01-01 UTC.
    pub(crate) due: u64,
}

impl Memory {
    /// What stands in the file; nothing, if there is none.
    pub(crate) fn load(file: &Path) -> io::Result<Self> {
        let memory = match fs::read_to_string(file) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(error),
        };
        let file = file.to_owned();
        Ok(Self { file, ..memory })
    }

    /// Writes it down: the old file stays whole until the new one is.
    pub(crate) fn save(&self) -> io::Result<()> {
        let beside = self.file.with_extension("new");
        let mut new = File::create(&beside)?;
        new.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
        new.sync_all()?;
        fs::rename(beside, &self.file)
    }

    /// The reminder that is due first.
    pub(crate) fn first(&self) -> Option<&Reminder> {
        self.reminders.iter().min_by_key(|reminder| reminder.due)
    }

    /// Takes one more, if there is room and it is not there yet. Whether it is there now.
    pub(crate) fn keep(&mut self, reminder: Reminder) -> bool {
        let is_same =
            |it: &Reminder| (&it.room, &it.id) == (&reminder.room, &reminder.id);
        if self.reminders.iter().any(is_same) {
            return true;
        }
        if self.reminders.len() >= MOST {
            return false;
        }
        self.reminders.push(reminder);
        true
    }
}
