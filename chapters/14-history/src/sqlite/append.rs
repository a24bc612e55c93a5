//! One post, within a transaction.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use crate::error::Refused;
use crate::log::{Act, Appended, Entry, Post, What};

/// What has been added; no entry if the post is a repetition.
pub(super) type Outcome = Result<(Appended, Option<Entry>), Refused>;

/// A room's row.
struct Room {
    id: i64,
    last: u64,
}

/// How a message stands.
struct Standing {
    /// Of the message's own row, under which its words are found.
    row: i64,
    author: String,
    /// The last entry about it: its own, an edit, or the deletion.
    last: u64,
    /// What that says; `None` for a deletion.
    text: Option<String>,
}

pub(super) fn append(
    database: &Connection,
    room: &str,
    post: &Post,
) -> rusqlite::Result<Outcome> {
    let room = room_of(database, room)?;
    match &post.act {
        Act::Say { text, id, once } => {
            let known_by = id.as_deref().filter(|_| *once);
            match said_before(database, &room, &post.author, known_by)? {
                // A deleted one has no words to compare.
                Some((seq, said)) if said.as_ref().is_none_or(|said| said == text) => {
                    Ok(Ok((again(seq), None)))
                }
                Some(_) => Ok(Err(Refused::IdInUse)),
                None => {
                    let (text, id) = (Some(text.clone()), id.clone());
                    add(database, &room, post, What::Said { text, id })
                }
            }
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

/// The message of this author that is known by this id, and its words.
fn said_before(
    database: &Connection,
    room: &Room,
    author: &str,
    id: Option<&str>,
) -> rusqlite::Result<Option<(u64, Option<String>)>> {
    let Some(id) = id else { return Ok(None) };
    let select = "
        SELECT seq, text FROM events
        WHERE room = ? AND author = ? AND client_id = ? AND once = 1";
    database
        .prepare_cached(select)?
        .query_row(params![room.id, author, id], |row| {
            Ok((number(row, 0)?, row.get(1)?))
        })
        .optional()
}

/// An edit, or without a text a deletion.
fn change(
    database: &Connection,
    room: &Room,
    post: &Post,
    target: u64,
    text: Option<&String>,
) -> rusqlite::Result<Outcome> {
    let Some(standing) = standing(database, room, target)? else {
        return Ok(Err(Refused::NoSuchMessage));
    };
    if standing.author != post.author {
        return Ok(Err(Refused::NotYours));
    }
    if standing.text.as_ref() == text {
        return Ok(Ok((again(standing.last), None)));
    }
    match (standing.text, text) {
        (None, _) => Ok(Err(Refused::Deleted)),
        (Some(_), Some(text)) => {
            let replace =
                "INSERT OR REPLACE INTO words (rowid, room, text) VALUES (?, ?, ?)";
            let words = params![standing.row, room.id.to_string(), text];
            database.prepare_cached(replace)?.execute(words)?;
            let text = Some(text.clone());
            add(database, room, post, What::Edited { target, text })
        }
        (Some(_), None) => {
            forget(database, room, target, standing.row)?;
            add(database, room, post, What::Deleted { target })
        }
    }
}

fn standing(
    database: &Connection,
    room: &Room,
    target: u64,
) -> rusqlite::Result<Option<Standing>> {
    let select = "
        SELECT id, author, seq, text FROM events
        WHERE room = :room AND seq = :target AND kind = 'said'";
    let of_room = named_params! { ":room": room.id, ":target": signed(target) };
    let message = database
        .prepare_cached(select)?
        .query_row(of_room, |row| {
            Ok(Standing {
                row: row.get(0)?,
                author: row.get(1)?,
                last: number(row, 2)?,
                text: row.get(3)?,
            })
        })
        .optional()?;
    let Some(message) = message else {
        return Ok(None);
    };
    let select = "
        SELECT seq, text FROM events
        WHERE room = :room AND target = :target ORDER BY seq DESC LIMIT 1";
    let changed = database
        .prepare_cached(select)?
        .query_row(of_room, |row| Ok((number(row, 0)?, row.get(1)?)))
        .optional()?;
    Ok(Some(match changed {
        None => message,
        Some((last, text)) => Standing {
            last,
            text,
            ..message
        },
    }))
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
    let (kind, id, target, text) = match &what {
        What::Said { text, id } => ("said", id.as_ref(), None, text.as_ref()),
        What::Edited { target, text } => ("edited", None, Some(*target), text.as_ref()),
        What::Deleted { target } => ("deleted", None, Some(*target), None),
    };
    let once = matches!(post.act, Act::Say { once: true, .. }) && id.is_some();
    let insert = "
        INSERT INTO events (room, seq, kind, author, client_id, once, target, text)
        VALUES (:room, :seq, :kind, :author, :id, :once, :target, :text)";
    let row = named_params! {
        ":room": room.id, ":seq": signed(seq), ":kind": kind, ":author": post.author,
        ":id": id, ":once": once, ":target": target.map(signed), ":text": text,
    };
    let row = database.prepare_cached(insert)?.insert(row)?;
    if let What::Said { text, .. } = &what {
        let insert = "INSERT INTO words (rowid, room, text) VALUES (?, ?, ?)";
        let words = params![row, room.id.to_string(), text];
        database.prepare_cached(insert)?.execute(words)?;
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
