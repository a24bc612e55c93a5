//! What is said over HTTP: requests and answers as JSON.
//!
//! | request | takes | answers |
//! |---|---|---|
//! | `POST /api/sign-up` | [`Credentials`] | 201 [`Person`] |
//! | `POST /api/sign-in` | [`Credentials`] | 200 [`Person`], with a new session |
//! | `POST /api/sign-out` | `{}` | 204 |
//! | `POST /api/password` | [`NewPassword`] | 204, with a new session |
//! | `GET /api/me` | | 200 [`Me`] |
//! | `POST /api/ticket` | `{}` | 201 [`TicketIssued`] |
//! | `GET /api/rooms` | | 200 [`Rooms`] |
//! | `POST /api/rooms` | [`NewRoom`] | 201 [`RoomInfo`] |
//! | `POST /api/rooms/{room}/enter` | `{}` | 200 [`RoomInfo`] |
//! | `POST /api/rooms/{room}/invite` | [`Whom`] | 204 |
//! | `POST /api/rooms/{room}/leave` | `{}` | 204 |
//! | `POST /api/rooms/{room}/read` | [`ReadTo`] | 204 |
//! | `POST /api/direct` | [`Whom`] | 200 [`RoomInfo`] |
//!
//! Whatever else is answered is a [`Failure`].

mod failure;
mod secret;

use history::protocol::{Name, Room};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::protocol::{Kind, RoomInfo};
pub use failure::{ErrorCode, Failure, Problem};
pub use secret::Secret;

/// The most bytes of a request's body.
pub const MAX_BODY: usize = 16 << 10;

/// Who somebody says to be, and the proof of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The name of the account.
    pub name: String,
    /// Its password.
    pub password: Secret,
}

/// Who is signed in now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// The name, as it was chosen at the sign-up.
    pub name: Name,
}

/// Another password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one that holds.
    pub old: Secret,
    /// The one that is to hold.
    pub new: Secret,
}

/// Whose session it is, and how long it lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Me {
    /// The name of the account.
    pub name: Name,
    /// When the session ends if it is not used before, in seconds since 1970-01-01 UTC.
    pub expires: u64,
}

/// A ticket for one `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketIssued {
    /// The ticket.
    pub ticket: Secret,
    /// For how many seconds it is good.
    pub seconds: u64,
}

/// The rooms that somebody may know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rooms {
    /// Those that one is a member of, and all public ones, in the order of their names.
    pub rooms: Vec<Listed>,
}

/// A room in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// The room.
    #[serde(flatten)]
    pub info: RoomInfo,
    /// Whether one is a member of it.
    pub member: bool,
}

/// A room that is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// What it is to be called. A public room has this name, without `--` in it; a private
    /// one has it as the beginning of its name, of 32 characters at most: the answer says
    /// the whole.
    pub room: String,
    /// Who may enter: a `direct` room is made in another way.
    pub kind: Kind,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    /// The name of the account.
    pub name: String,
}

/// How far one has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadTo {
    /// The number of the last entry that was seen.
    pub seq: u64,
}

/// A request that says nothing but that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The path of what is to be done with a room.
pub fn room_path(room: &Room, what: &str) -> String {
    format!("/api/rooms/{room}/{what}")
}
