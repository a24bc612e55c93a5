//! What is asked of the tables.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::append::{number, signed};
use super::query::words;
use crate::log::{Entry, Page, Said, Since, What};

/// A message as it stands: the last change of it says what.
const MESSAGE: &str = "
    SELECT message.seq, message.author, message.client_id,
        CASE WHEN change.seq IS NULL THEN message.text ELSE change.text END,
        change.seq
    FROM events AS message LEFT JOIN events AS change ON change.id = (
        SELECT id FROM events AS about
        WHERE about.room = message.room AND about.target = message.seq
        ORDER BY about.seq DESC LIMIT 1)";

pub(super) fn after(
    database: &Connection,
    room: &str,
    seq: u64,
    limit: usize,
) -> rusqlite::Result<Since> {
    let select = "SELECT id, first, last FROM rooms WHERE name = ?";
    let found = database
        .prepare_cached(select)?
        .query_row([room], |row| {
            Ok((row.get::<_, i64>(0)?, number(row, 1)?, number(row, 2)?))
        })
        .optional()?;
    let Some((room, first, last)) = found else {
        let (first, last, entries) = (1, 0, Vec::new());
        return Ok(Since {
            first,
            last,
            entries,
        });
    };
    let select = "
        SELECT seq, author, kind, client_id, target, text FROM events
        WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?";
    let mut select = database.prepare_cached(select)?;
    let rows = select.query_map(params![room, signed(seq), size(limit)], entry)?;
    Ok(Since {
        first,
        last,
        entries: rows.collect::<rusqlite::Result<_>>()?,
    })
}

/// Of the columns `seq, author, kind, client_id, target, text`.
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let text = row.get(5)?;
    Ok(Entry {
        seq: number(row, 0)?,
        author: row.get(1)?,
        what: match row.get_ref(2)?.as_str()? {
            "said" => What::Said {
                text,
                id: row.get(3)?,
            },
            "edited" => What::Edited {
                target: number(row, 4)?,
                text,
            },
            _ => What::Deleted {
                target: number(row, 4)?,
            },
        },
    })
}

pub(super) fn before(
    database: &Connection,
    room: &str,
    seq: u64,
    limit: usize,
) -> rusqlite::Result<Page> {
    let select = format!(
        "{MESSAGE} WHERE message.room = (SELECT id FROM rooms WHERE name = ?)
            AND message.kind = 'said' AND message.seq < ?
         ORDER BY message.seq DESC LIMIT ?"
    );
    let mut select = database.prepare_cached(&select)?;
    // One more than is asked for tells whether there is more.
    let most = size(limit.saturating_add(1));
    let rows = select.query_map(params![room, signed(seq), most], said)?;
    let mut messages = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let more = messages.len() > limit;
    messages.truncate(limit);
    messages.reverse();
    Ok(Page { messages, more })
}

pub(super) fn search(
    database: &Connection,
    room: &str,
    query: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Said>> {
    let id = database
        .prepare_cached("SELECT id FROM rooms WHERE name = ?")?
        .query_row([room], |row| row.get(0))
        .optional()?;
    let Some(query) = id.and_then(|id| words(id, query)) else {
        return Ok(Vec::new());
    };
    let select = format!(
        "{MESSAGE} WHERE message.id IN (
            SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?)
         ORDER BY message.seq DESC"
    );
    let mut select = database.prepare_cached(&select)?;
    let rows = select.query_map(params![query, size(limit)], said)?;
    rows.collect()
}

fn said(row: &Row<'_>) -> rusqlite::Result<Said> {
    Ok(Said {
        seq: number(row, 0)?,
        author: row.get(1)?,
        id: row.get(2)?,
        text: row.get(3)?,
        changed: row.get::<_, Option<i64>>(4)?.map(i64::unsigned_abs),
    })
}

fn size(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
