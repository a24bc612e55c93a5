//! What a server says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::words::{MessageId, Name, Room, Text};

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
    /// The answer to `join`.
    Joined {
        /// The room.
        room: Room,
        /// The number of the last message so far, 0 if there was none. The next one is
        /// `seq + 1`.
        seq: u64,
        /// Who is here, each name once and in order, the client's own among them.
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
        /// Its number: 1 for the first in the room, and then one after the other. A client
        /// hears them without a gap, unless it is told so by a `dropped`. Everybody in the
        /// room hears the same messages in the same order.
        seq: u64,
        /// Who has said it.
        name: Name,
        /// What.
        text: Text,
        /// Its author's own mark on it, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<MessageId>,
    },
    /// Somebody else has come into the room with their first window, or left it with their
    /// last.
    Presence {
        /// The room.
        room: Room,
        /// Who.
        name: Name,
        /// Whether they are there now: `here` or `gone`.
        state: Presence,
    },
    /// Somebody else is writing something.
    Typing {
        /// The room.
        room: Room,
        /// Who.
        name: Name,
    },
    /// The client has read too slowly to be told everything: in this place something of the
    /// room is missing. If it shows who is here, it says `join` again: the answer has the
    /// list.
    Dropped {
        /// The room.
        room: Room,
        /// How many messages are missing here, together with those who came and went. Which
        /// messages those are, the next one's `seq` tells.
        count: u64,
    },
    /// Something that the client has said is wrong, and nothing came of it.
    Error(Problem),
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// They have come.
    Here,
    /// They have left.
    Gone,
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
        struct Kind<'a> {
            #[serde(rename = "type", borrow)]
            kind: std::borrow::Cow<'a, str>,
        }
        const KNOWN: [&str; 8] = [
            "welcome", "joined", "left", "message", "presence", "typing", "dropped",
            "error",
        ];
        let Kind { kind } = serde_json::from_str(text)?;
        if !KNOWN.contains(&&*kind) {
            return Ok(None);
        }
        serde_json::from_str(text).map(Some)
    }

    /// As it is sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("its keys are text")
    }
}

impl From<Problem> for ServerMessage {
    fn from(problem: Problem) -> Self {
        Self::Error(problem)
    }
}
