//! What is asked of the server's HTTP API.

use gatekeeping::api::{Kind, Listed};
use gatekeeping::protocol::RoomInfo;
use history::protocol::Room;

/// What is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Rooms,
    Enter(Room),
    Create(String, Kind),
    Invite(Room, String),
    Direct(String),
    Leave(Room),
    Read(Room, u64),
    SignOut,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Rooms(Vec<Listed>),
    /// Somebody is a member of this one now, and wants to see it.
    Room(RoomInfo),
    Done,
}
