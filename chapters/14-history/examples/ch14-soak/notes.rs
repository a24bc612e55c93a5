//! What everybody writes down, for the checker to read.

use history::protocol::ServerMessage;
use history::{Act, Entry, What};

/// What one client has said and heard.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    pub(crate) who: String,
    pub(crate) room: String,
    pub(crate) kind: Kind,
    /// What it has said, in this order, and the ids that it was said with.
    pub(crate) said: Vec<(String, Act)>,
    /// The ids that were accepted, and their numbers.
    pub(crate) accepted: Vec<(String, u64)>,
    /// What was refused or not answered, though it was right.
    pub(crate) complaints: Vec<String>,
    pub(crate) heard: Vec<Heard>,
    /// How often its connection was cut.
    pub(crate) cuts: usize,
    /// How often the server had to wait for it.
    pub(crate) waits: usize,
}

/// Who it is, and what it is promised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It comes back with the library, and hears everything.
    #[default]
    Person,
    /// It speaks version 1, and hears everything while it stays.
    Old,
    /// It reads late, and each time from the beginning.
    Sleeper,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A stay of one that begins from nothing each time.
    Begins,
    /// The room, and its last number.
    Joined(u64),
    Entry(Entry),
    /// From the one number to the other.
    Gap(u64, u64),
    /// So much is not told, in version 1.
    Dropped,
}

impl Heard {
    /// What a message of version 2 is about, if the checker wants to know.
    pub(crate) fn of(message: ServerMessage) -> Option<Self> {
        let (seq, author, what) = match message {
            ServerMessage::Joined { seq, .. } => return Some(Self::Joined(seq)),
            ServerMessage::Gap { first, last, .. } => {
                return Some(Self::Gap(first, last));
            }
            ServerMessage::Message {
                seq,
                name,
                text,
                id,
                ..
            } => (seq, name, What::Said { text, id }),
            ServerMessage::Edited {
                seq,
                name,
                target,
                text,
                ..
            } => (seq, name, What::Edited { target, text }),
            ServerMessage::Deleted {
                seq, name, target, ..
            } => (seq, name, What::Deleted { target }),
            _ => return None,
        };
        Some(Self::Entry(Entry { seq, author, what }))
    }
}
