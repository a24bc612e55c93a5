//! Which rooms there are, and who may be in them.

use history::protocol::Room;
use rusqlite::{Connection, ErrorCode as Sqlite, OptionalExtension as _, params};

use super::members::{self, is_member};
use super::{AccountId, Fault, count};
use crate::api::{ErrorCode, Kind, Problem};
use crate::settings::DoorLimits;

/// A room, by its number in the database.
pub(crate) type RoomId = i64;

/// The answer where there is no room, and where there is one that is none of the client's
/// business.
pub(crate) fn no_such_room() -> Problem {
    let text = "there is no such room, or you are no member of it";
    Problem::new(ErrorCode::NoSuchRoom, text).at("room")
}

pub(super) fn too_many(text: &str) -> Fault {
    Problem::new(ErrorCode::TooMany, text).into()
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match text {
            "public" => Self::Public,
            "private" => Self::Private,
            _ => Self::Direct,
        }
    }
}

/// Adds a room with this name, and its first member.
pub(crate) fn add(
    database: &Connection,
    room: &Room,
    kind: Kind,
    creator: AccountId,
    limits: &DoorLimits,
) -> Result<RoomId, Fault> {
    if kind == Kind::Public {
        let public = "SELECT count(*) FROM rooms WHERE kind = 'public'";
        if count(database, public, [])? >= limits.public_rooms {
            return Err(too_many("there are as many public rooms as there may be"));
        }
    }
    let add = "INSERT INTO rooms (name, kind) VALUES (?1, ?2) RETURNING id";
    let added = database.query_row(add, [room.as_str(), kind.text()], |row| row.get(0));
    let id = added.map_err(|error| match error.sqlite_error_code() {
        Some(Sqlite::ConstraintViolation) => {
            let text = "there is a public room with this name";
            Problem::new(ErrorCode::RoomTaken, text).at("room").into()
        }
        _ => Fault::Sqlite(error),
    })?;
    members::add(database, id, creator, None, limits)?;
    Ok(id)
}

/// The room of two people, which gets this name if there is none yet. Both are members of it
/// again, `other` on the word of `one`.
pub(crate) fn direct(
    database: &Connection,
    one: AccountId,
    other: AccountId,
    new: &Room,
    limits: &DoorLimits,
) -> Result<RoomId, Fault> {
    let pair = [one.min(other), one.max(other)];
    let select = "SELECT id FROM rooms WHERE low = ?1 AND high = ?2";
    let found = database
        .query_row(select, pair, |row| row.get(0))
        .optional()?;
    let id = match found {
        Some(id) => id,
        None => {
            let add = "INSERT INTO rooms (name, kind, low, high)
                VALUES (?1, 'direct', ?2, ?3) RETURNING id";
            let row = params![new.as_str(), pair[0], pair[1]];
            database.query_row(add, row, |row| row.get(0))?
        }
    };
    members::add(database, id, one, None, limits)?;
    members::add(database, id, other, Some(one), limits)?;
    Ok(id)
}

/// Makes somebody a member of a public room.
pub(crate) fn enter(
    database: &Connection,
    room: &Room,
    account: AccountId,
    limits: &DoorLimits,
) -> Result<RoomId, Fault> {
    let (id, kind) = by_name(database, room)?.ok_or_else(no_such_room)?;
    let may_enter = kind == Kind::Public || is_member(database, id, account)?;
    if !may_enter {
        return Err(no_such_room().into());
    }
    members::add(database, id, account, None, limits)?;
    Ok(id)
}

/// Makes somebody a member of a private room, on the word of another.
pub(crate) fn invite(
    database: &Connection,
    room: &Room,
    by: AccountId,
    whom: AccountId,
    limits: &DoorLimits,
) -> Result<RoomId, Fault> {
    let (id, kind) = of_member(database, room, by)?;
    if kind != Kind::Private {
        let text = "people are invited into private rooms only";
        return Err(Problem::new(ErrorCode::Malformed, text).at("room").into());
    }
    if is_member(database, id, whom)? {
        return Ok(id);
    }
    let members = "SELECT count(*) FROM members WHERE room = ?1";
    if count(database, members, [id])? >= limits.members {
        return Err(too_many("there are as many people in it as there may be"));
    }
    if members::invited(database, whom, by)? >= limits.invitations {
        let text = "you have invited them into as many rooms as one may";
        return Err(too_many(text));
    }
    members::add(database, id, whom, Some(by), limits)?;
    Ok(id)
}

/// The room with this name, for one of its members.
pub(crate) fn of_member(
    database: &Connection,
    room: &Room,
    account: AccountId,
) -> Result<(RoomId, Kind), Fault> {
    let found = by_name(database, room)?;
    match found {
        Some((id, kind)) if is_member(database, id, account)? => Ok((id, kind)),
        _ => Err(no_such_room().into()),
    }
}

fn by_name(
    database: &Connection,
    room: &Room,
) -> rusqlite::Result<Option<(RoomId, Kind)>> {
    let select = "SELECT id, kind FROM rooms WHERE name = ?1";
    let found = database.query_row(select, [room.as_str()], |row| {
        let kind: String = row.get(1)?;
        Ok((row.get(0)?, Kind::read(&kind)))
    });
    found.optional()
}
