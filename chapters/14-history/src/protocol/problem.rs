//! What is wrong with a message: the server's answer to it.

use chat::protocol::{self as one, MessageId, Room};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Refused;

/// What is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Its kind.
    pub code: ErrorCode,
    /// The field that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it is, for people.
    pub text: String,
    /// The id of the message that it is about, if that had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// The room that this message named, if it named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Room>,
}

/// What kind of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// There is no such message in the room.
    NoSuchMessage,
    /// Somebody else has said it.
    NotYours,
    /// It has been deleted.
    Deleted,
    /// The same person has used this id for something else. Nothing was added.
    IdInUse,
    /// There is no such room for this client, where rooms have members. Whether others are
    /// in one of this name is not told.
    NoSuchRoom,
    /// The ticket is not good, where a hello has one: it was used before, or is too old.
    BadTicket,
    /// One of version 1.
    #[serde(untagged)]
    One(one::ErrorCode),
}

impl From<one::Problem> for Problem {
    fn from(problem: one::Problem) -> Self {
        Self {
            code: ErrorCode::One(problem.code),
            field: problem.field,
            text: problem.text,
            id: problem.id,
            room: None,
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (code, field) = match refused {
            Refused::NoSuchMessage => (ErrorCode::NoSuchMessage, "seq"),
            Refused::NotYours => (ErrorCode::NotYours, "seq"),
            Refused::Deleted => (ErrorCode::Deleted, "seq"),
            Refused::IdInUse => (ErrorCode::IdInUse, "id"),
        };
        Self {
            code,
            field: Some(field.to_owned()),
            text: refused.to_string(),
            id: None,
            room: None,
        }
    }
}

impl Problem {
    /// One of this kind.
    pub fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        Self {
            code,
            field: None,
            text: text.into(),
            id: None,
            room: None,
        }
    }

    /// The same, of this field.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        let field = Some(field.to_owned());
        Self { field, ..self }
    }

    /// The same, about the message with this id.
    #[must_use]
    pub fn about(self, id: Option<MessageId>) -> Self {
        Self { id, ..self }
    }

    /// The same, about a message that named this room.
    #[must_use]
    pub fn in_room(self, room: Option<Room>) -> Self {
        Self { room, ..self }
    }
}
