//! One post, within a transaction.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::read::entry;
use super::schema::put_words;
use crate::error::Refused;
use crate::log::{Act, Appended, Entry, Post, What};

/// What has been added; no entry if the post is a repetition.
pub(super) type Outcome = Result<(Appended, Option<Entry>), Refused>;

/// A room's row.
struct Room {
    id: i64,
    last: u64,
}

/// A message that is to be changed.
struct Message {
    /// The `id` of its row, under which its words are found.
    row: i64,
    author: String,
    is_deleted: bool,
}

pub(super) fn append(
    database: &Connection,
    room: &str,
    post: &Post,
) -> rusqlite::Result<Outcome> {
    let room = room_of(database, room)?;
    // First of all: what was done is done, whatever has become of the message since.
    if let Some(done) = done_before(database, &room, post)? {
        let again = (again(done.seq), None);
        let is_same = post.act.repeats(&done.what);
        return Ok(is_same.then_some(again).ok_or(Refused::IdInUse));
    }
    match &post.act {
        Act::Say { text } => {
            let (text, id) = (Some(text.clone()), post.id.clone());
            add(database, &room, post, What::Said { text, id })
        }
        Act::Edit { target, text } => {
            change(database, &room, post, *target, Some(text))
        }
        Act::Delete { target } => change(database, &room, post, *target, None),
    }
}

fn again(seq: u64) -> Appended {
    Appended {
        seq,
        repeated: true,
    }
}

fn room_of(database: &Connection, name: &str) -> rusqlite::Result<Room> {
    let insert = "INSERT INTO rooms (name) VALUES (?) ON CONFLICT DO NOTHING";
    database.prepare_cached(insert)?.execute([name])?;
    let select = "SELECT id, last FROM rooms WHERE name = ?";
    database.prepare_cached(select)?.query_row([name], |row| {
        Ok(Room {
            id: row.get(0)?,
            last: number(row, 1)?,
        })
    })
}

/// What this author has done with this id before.
fn done_before(
    database: &Connection,
    room: &Room,
    post: &Post,
) -> rusqlite::Result<Option<Entry>> {
    let Some(id) = post.known_by() else {
        return Ok(None);
    };
    let select = "
        SELECT seq, author, kind, client_id, target, text FROM events
        WHERE room = ? AND author = ? AND client_id = ? AND once = 1";
    let known = params![room.id, post.author, id];
    let mut select = database.prepare_cached(select)?;
    select.query_row(known, entry).optional()
}

/// An edit, or without a text a deletion.
fn change(
    database: &Connection,
    room: &Room,
    post: &Post,
    target: u64,
    text: Option<&String>,
) -> rusqlite::Result<Outcome> {
    let Some(message) = message(database, room, target)? else {
        return Ok(Err(Refused::NoSuchMessage));
    };
    if message.author != post.author {
        return Ok(Err(Refused::NotYours));
    }
    if message.is_deleted {
        return Ok(Err(Refused::Deleted));
    }
    let Some(text) = text else {
        forget(database, room, target, message.row)?;
        return add(database, room, post, What::Deleted { target });
    };
    put_words(database, message.row, room.id, text)?;
    let text = Some(text.clone());
    add(database, room, post, What::Edited { target, text })
}

fn message(
    database: &Connection,
    room: &Room,
    seq: u64,
) -> rusqlite::Result<Option<Message>> {
    let select = "
        SELECT id, author, text IS NULL FROM events
        WHERE room = ? AND seq = ? AND kind = 'said'";
    let message = |row: &Row<'_>| {
        Ok(Message {
            row: row.get(0)?,
            author: row.get(1)?,
            is_deleted: row.get(2)?,
        })
    };
    let mut select = database.prepare_cached(select)?;
    let found = select.query_row(params![room.id, signed(seq)], message);
    found.optional()
}

/// Takes the words of a message and of its edits out of the log. That there was a message
/// stays: its number is in use.
fn forget(
    database: &Connection,
    room: &Room,
    target: u64,
    row: i64,
) -> rusqlite::Result<()> {
    let update = "
        UPDATE events SET text = NULL
        WHERE room = :room AND (seq = :target OR target = :target)";
    let message = named_params! { ":room": room.id, ":target": signed(target) };
    database.prepare_cached(update)?.execute(message)?;
    let delete = "DELETE FROM words WHERE rowid = ?";
    database.prepare_cached(delete)?.execute([row])?;
    Ok(())
}

/// Adds an entry behind the room's last.
fn add(
    database: &Connection,
    room: &Room,
    post: &Post,
    what: What,
) -> rusqlite::Result<Outcome> {
    let seq = room.last + 1;
    let (kind, target, text) = match &what {
        What::Said { text, .. } => ("said", None, text.as_ref()),
        What::Edited { target, text } => ("edited", Some(*target), text.as_ref()),
        What::Deleted { target } => ("deleted", Some(*target), None),
    };
    let once = post.known_by().is_some();
    let insert = "
        INSERT INTO events (room, seq, kind, author, client_id, once, target, text)
        VALUES (:room, :seq, :kind, :author, :id, :once, :target, :text)";
    let row = named_params! {
        ":room": room.id, ":seq": signed(seq), ":kind": kind, ":author": post.author,
        ":id": post.id, ":once": once, ":target": target.map(signed), ":text": text,
    };
    let row = database.prepare_cached(insert)?.insert(row)?;
    if let What::Said {
        text: Some(text), ..
    } = &what
    {
        put_words(database, row, room.id, text)?;
    }
    let update = "UPDATE rooms SET last = ? WHERE id = ?";
    let last = params![signed(seq), room.id];
    database.prepare_cached(update)?.execute(last)?;
    let appended = Appended {
        seq,
        repeated: false,
    };
    let author = post.author.clone();
    Ok(Ok((appended, Some(Entry { seq, author, what }))))
}

/// SQLite's numbers have a sign. One that is too large for them is no message's.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
