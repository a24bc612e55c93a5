//! Who is a member of which room, and how far they have read.

use history::protocol::{Name, Room};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use super::accounts::name;
use super::rooms::{RoomId, too_many};
use super::{AccountId, Fault, count, unsigned};
use crate::api::{Kind, Listed, RoomInfo};
use crate::settings::DoorLimits;

/// A room as somebody sees it: its number, and what is told of it.
const SELECT: &str = "
    SELECT rooms.id, rooms.name, kind, coalesce(read, 0), other.name, members.account
    FROM rooms
    LEFT JOIN members ON members.room = rooms.id AND members.account = ?1
    LEFT JOIN accounts AS other
        ON kind = 'direct' AND other.id = CASE low WHEN ?1 THEN high ELSE low END";

/// Makes somebody a member, if they are none: of their own accord, or `by` another. Others
/// can fill half of the rooms that one may be in, and the rest is one's own.
pub(super) fn add(
    database: &Connection,
    room: RoomId,
    account: AccountId,
    by: Option<AccountId>,
    limits: &DoorLimits,
) -> Result<(), Fault> {
    if is_member(database, room, account)? {
        return Ok(());
    }
    let rooms = "SELECT count(*) FROM members WHERE account = ?1";
    if count(database, rooms, [account])? >= limits.rooms {
        return Err(too_many(
            "that is more rooms than somebody may be a member of",
        ));
    }
    let invited = "SELECT count(*) FROM members
        WHERE account = ?1 AND invited_by IS NOT NULL";
    if by.is_some() && count(database, invited, [account])? >= limits.rooms.div_ceil(2)
    {
        return Err(too_many(
            "others have brought them into as many rooms as others may",
        ));
    }
    let add = "INSERT INTO members (room, account, invited_by) VALUES (?1, ?2, ?3)";
    database.execute(add, params![room, account, by])?;
    Ok(())
}

/// How many private rooms somebody is in because this other one has invited them.
pub(super) fn invited(
    database: &Connection,
    account: AccountId,
    by: AccountId,
) -> rusqlite::Result<usize> {
    let invited = "SELECT count(*) FROM members JOIN rooms ON rooms.id = room
        WHERE account = ?1 AND invited_by = ?2 AND kind = 'private'";
    count(database, invited, [account, by])
}

pub(crate) fn is_member(
    database: &Connection,
    room: RoomId,
    account: AccountId,
) -> rusqlite::Result<bool> {
    let found = "SELECT count(*) FROM members WHERE room = ?1 AND account = ?2";
    Ok(count(database, found, [room, account])? > 0)
}

/// Makes a member none any more.
pub(crate) fn remove(
    database: &Connection,
    room: RoomId,
    account: AccountId,
) -> rusqlite::Result<()> {
    let delete = "DELETE FROM members WHERE room = ?1 AND account = ?2";
    database.execute(delete, [room, account]).map(|_| ())
}

/// Writes down how far somebody has read, and gives the furthest number.
pub(crate) fn read_to(
    database: &Connection,
    room: RoomId,
    account: AccountId,
    seq: u64,
) -> rusqlite::Result<u64> {
    let update = "UPDATE members SET read = max(read, ?3)
        WHERE room = ?1 AND account = ?2 RETURNING read";
    // It is 2^53 − 1 at most.
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    database.query_row(update, [room, account, seq], |row| row.get(0).map(unsigned))
}

/// A room, as this member sees it.
pub(crate) fn view(
    database: &Connection,
    room: RoomId,
    account: AccountId,
) -> rusqlite::Result<RoomInfo> {
    let select = format!("{SELECT} WHERE rooms.id = ?2");
    let found = database.query_row(&select, [account, room], listed)?;
    let (_, Listed { mut info, .. }) = found;
    add_members(database, room, &mut info)?;
    Ok(info)
}

/// A room, as each of its members sees it. Of a public one there are too many, and nothing
/// in it changes for them.
pub(crate) fn views(
    database: &Connection,
    room: RoomId,
) -> rusqlite::Result<Vec<(AccountId, RoomInfo)>> {
    let mut select = database.prepare("SELECT account FROM members WHERE room = ?1")?;
    let members = select.query_map([room], |row| row.get(0))?;
    let members: Vec<AccountId> = members.collect::<rusqlite::Result<_>>()?;
    // All of them see the same names: these are read once.
    let names = names(database, room)?;
    let mut select = database.prepare(&format!("{SELECT} WHERE rooms.id = ?2"))?;
    let views = members.into_iter().map(|account| {
        let (_, found) = select.query_row([account, room], listed)?;
        let mut info = found.info;
        info.members = (info.kind == Kind::Private).then(|| names.clone());
        Ok((account, info))
    });
    views.collect()
}

/// The rooms of somebody, in the order of their names.
pub(crate) fn own(
    database: &Connection,
    account: AccountId,
) -> rusqlite::Result<Vec<RoomInfo>> {
    let rooms = list(database, account, "members.account IS NOT NULL")?;
    Ok(rooms.into_iter().map(|listed| listed.info).collect())
}

/// The same and the public ones.
pub(crate) fn all(
    database: &Connection,
    account: AccountId,
) -> rusqlite::Result<Vec<Listed>> {
    list(
        database,
        account,
        "(members.account IS NOT NULL OR kind = 'public')",
    )
}

fn list(
    database: &Connection,
    account: AccountId,
    which: &str,
) -> rusqlite::Result<Vec<Listed>> {
    let select = format!("{SELECT} WHERE {which} ORDER BY rooms.name");
    let mut select = database.prepare(&select)?;
    let rooms = select.query_map([account], listed)?;
    let rooms: Vec<(RoomId, Listed)> = rooms.collect::<rusqlite::Result<_>>()?;
    let with_members = rooms.into_iter().map(|(id, mut listed)| {
        add_members(database, id, &mut listed.info)?;
        Ok(listed)
    });
    with_members.collect()
}

fn listed(row: &Row<'_>) -> rusqlite::Result<(RoomId, Listed)> {
    let (room, kind): (String, String) = (row.get(1)?, row.get(2)?);
    let room = Room::new(&room).map_err(|problem| {
        rusqlite::Error::FromSqlConversionFailure(1, Type::Text, problem.into())
    })?;
    let kind = Kind::read(&kind);
    let with = match kind {
        Kind::Direct => Some(name(row, 4)?),
        Kind::Public | Kind::Private => None,
    };
    let info = RoomInfo {
        room,
        kind,
        with,
        read: unsigned(row.get(3)?),
        members: None,
    };
    let member = row.get::<_, Option<AccountId>>(5)?.is_some();
    Ok((row.get(0)?, Listed { info, member }))
}

fn add_members(
    database: &Connection,
    room: RoomId,
    info: &mut RoomInfo,
) -> rusqlite::Result<()> {
    if info.kind != Kind::Private {
        return Ok(());
    }
    info.members = Some(names(database, room)?);
    Ok(())
}

/// The members of a room by their names, in order.
fn names(database: &Connection, room: RoomId) -> rusqlite::Result<Vec<Name>> {
    let select = "SELECT accounts.name FROM members
        JOIN accounts ON accounts.id = account WHERE room = ?1 ORDER BY accounts.name";
    let mut select = database.prepare(select)?;
    let members = select.query_map([room], |row| name(row, 0))?;
    members.collect()
}
