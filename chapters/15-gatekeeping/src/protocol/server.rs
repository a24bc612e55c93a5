//! What a server says.

use history::protocol::{self as two, Name, Room};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerMessage {
    /// The answer to `hello`.
    Welcome(Welcome),
    /// One is a member of this room now, or it has changed.
    Room(RoomInfo),
    /// One is no member of this room any more.
    Removed(Room),
    /// Another window of the same person has read so far.
    Read {
        /// The room.
        room: Room,
        /// The number of the last entry that was seen.
        seq: u64,
    },
    /// What version 2 says as well.
    Two(two::ServerMessage),
}

/// The answer to `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Welcome {
    /// The version that is spoken from here on: 3.
    pub version: u32,
    /// Who one is.
    pub name: Name,
    /// The rooms that one is a member of, in the order of their names.
    pub rooms: Vec<RoomInfo>,
}

/// A room, as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoomInfo {
    /// Its name. That of a private room ends in `--` and eight random characters.
    pub room: Room,
    /// Who may enter.
    pub kind: Kind,
    /// With whom, if it is a direct one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Name>,
    /// The last number that one has seen in any window, 0 if there is none.
    pub read: u64,
    /// The members of a private room, in the order of their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Name>>,
}

/// Who may enter a room.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Everybody who is signed in.
    Public,
    /// Who was invited by a member.
    Private,
    /// Two people.
    Direct,
}

/// What version 3 has and version 2 has not, as it is sent.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum New {
    /// The answer to `hello`.
    Welcome(Welcome),
    /// One is a member of this room now, or it has changed.
    Room {
        /// The room.
        room: RoomInfo,
    },
    /// One is no member of this room any more.
    Removed {
        /// The room.
        room: Room,
    },
    /// Another window of the same person has read so far.
    Read {
        /// The room.
        room: Room,
        /// The number of the last entry that was seen.
        seq: u64,
    },
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
        let Kind { r#type: kind } = serde_json::from_str(text)?;
        if !["welcome", "room", "removed", "read"].contains(&&*kind) {
            return Ok(two::ServerMessage::parse(text)?.map(Self::Two));
        }
        let new = serde_json::from_str(text)?;
        Ok(Some(match new {
            New::Welcome(welcome) => Self::Welcome(welcome),
            New::Room { room } => Self::Room(room),
            New::Removed { room } => Self::Removed(room),
            New::Read { room, seq } => Self::Read { room, seq },
        }))
    }

    /// As it is sent.
    pub fn to_json(&self) -> String {
        let new = match self.clone() {
            Self::Welcome(welcome) => New::Welcome(welcome),
            Self::Room(room) => New::Room { room },
            Self::Removed(room) => New::Removed { room },
            Self::Read { room, seq } => New::Read { room, seq },
            Self::Two(same) => return same.to_json(),
        };
        serde_json::to_string(&new).expect("its keys are text")
    }
}
