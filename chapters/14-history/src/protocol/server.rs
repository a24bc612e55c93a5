//! What a server says.

use chat::protocol::{MessageId, Name, Presence, Room};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::log::{Entry, Said, What};

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`.
    Welcome {
        /// The version that is spoken from here on: the client's.
        version: u32,
        /// The name, as it was understood.
        name: Name,
    },
    /// The answer to `join`; and again, when the client has read so slowly that it may have
    /// missed who came and went.
    Joined {
        /// The room.
        room: Room,
        /// The number of the last entry so far, 0 if there was none.
        seq: u64,
        /// Who is here.
        members: Vec<Name>,
    },
    /// The answer to `leave`.
    Left {
        /// The room.
        room: Room,
    },
    /// Somebody has said something.
    Message {
        /// The room.
        room: Room,
        /// Its number.
        seq: u64,
        /// Who has said it.
        name: String,
        /// What; nothing, if it has been deleted since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Its author's id for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// Somebody has changed what they had said.
    Edited {
        /// The room.
        room: Room,
        /// The number of the change: it stands in the same order as the messages.
        seq: u64,
        /// The number of the message.
        target: u64,
        /// Whose it is.
        name: String,
        /// The new words; nothing, if the message has been deleted since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// Somebody has taken back what they had said.
    Deleted {
        /// The room.
        room: Room,
        /// The number of the deletion.
        seq: u64,
        /// The number of the message.
        target: u64,
        /// Whose it was.
        name: String,
    },
    /// What the client has said, changed or taken back is durable.
    Accepted {
        /// The room.
        room: Room,
        /// The client's id.
        id: MessageId,
        /// Its number.
        seq: u64,
    },
    /// These entries are not told: they are too many, or no longer kept. If `first` is not
    /// greater than what the client has seen, they have never been here, and the next is
    /// `first`.
    Gap {
        /// The room.
        room: Room,
        /// The first that is missing.
        first: u64,
        /// The last that is missing.
        last: u64,
    },
    /// The answer to `page`.
    Page {
        /// The room.
        room: Room,
        /// The messages as they stand now, oldest first.
        messages: Vec<SaidThen>,
        /// Whether there are older ones.
        more: bool,
    },
    /// The answer to `search`.
    Found {
        /// The room.
        room: Room,
        /// What was looked for.
        query: String,
        /// The messages as they stand now, newest first.
        messages: Vec<SaidThen>,
    },
    /// Somebody else has come into the room, or left it.
    Presence {
        /// The room.
        room: Room,
        /// Who.
        name: Name,
        /// Whether they are there now.
        state: Presence,
    },
    /// Somebody else is writing something.
    Typing {
        /// The room.
        room: Room,
        /// Who.
        name: Name,
    },
    /// Something that the client has said is wrong, and nothing came of it. Whether anything
    /// came of what is answered `unavailable` is not known: it is said again with its id.
    Error(Problem),
}

/// A message on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaidThen {
    /// Its number.
    pub seq: u64,
    /// Who has said it.
    pub name: String,
    /// What it says now; nothing, if it has been deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its author's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The number of the last change, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<u64>,
}

impl ServerMessage {
    /// Reads a text message, as a client does. A type that this version does not know is
    /// `None`, and fields that it does not know are passed over.
    ///
    /// # Errors
    ///
    /// When it is no message of a server.
    pub fn parse(text: &str) -> Result<Option<Self>, serde_json::Error> {
        #[derive(Deserialize)]
        struct Kind {
            r#type: String,
        }
        const KNOWN: [&str; 13] = [
            "welcome", "joined", "left", "message", "edited", "deleted", "accepted",
            "gap", "page", "found", "presence", "typing", "error",
        ];
        let Kind { r#type: kind } = serde_json::from_str(text)?;
        if !KNOWN.contains(&&*kind) {
            return Ok(None);
        }
        serde_json::from_str(text).map(Some)
    }

    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("its keys are text")
    }

    /// What is told of an entry.
    pub(crate) fn of(room: Room, entry: &Entry) -> Self {
        let (seq, name) = (entry.seq, entry.author.clone());
        match entry.what.clone() {
            What::Said { text, id } => Self::Message {
                room,
                seq,
                name,
                text,
                id,
            },
            What::Edited { target, text } => Self::Edited {
                room,
                seq,
                target,
                name,
                text,
            },
            What::Deleted { target } => Self::Deleted {
                room,
                seq,
                target,
                name,
            },
        }
    }
}

impl From<Said> for SaidThen {
    fn from(said: Said) -> Self {
        Self {
            seq: said.seq,
            name: said.author,
            text: said.text,
            id: said.id,
            changed: said.changed,
        }
    }
}
