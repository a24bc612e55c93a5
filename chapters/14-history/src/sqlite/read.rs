//! What is asked of the tables.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::append::{number, signed};
use super::query::query;
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
    text: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Said>> {
    let id = database
        .prepare_cached("SELECT id FROM rooms WHERE name = ?")?
        .query_row([room], |row| row.get(0))
        .optional()?;
    let Some(query) = id.and_then(|id| query(id, text)) else {
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::append::append;
    use super::super::schema;
    use super::*;
    use crate::log::{Act, Post};

    fn tables() -> Connection {
        let mut database = Connection::open_in_memory().expect("a database");
        let made = schema::migrate(&mut database, Path::new("in memory"));
        made.map_err(|_| "the tables").expect("new");
        database
    }

    fn say(database: &mut Connection, room: &str, texts: impl Iterator<Item = String>) {
        let transaction = database.transaction().expect("nobody else");
        for text in texts {
            let post = Post {
                author: "ada".to_owned(),
                id: None,
                once: false,
                act: Act::Say { text },
            };
            let said = append(&transaction, room, &post).expect("room for it");
            assert!(said.is_ok());
        }
        transaction.commit().expect("room for it");
    }

    /// What SQLite has to do for a search, in steps of its machine; those that FTS5 takes
    /// to read a page of its index are among them.
    fn steps(database: &mut Connection, room: &str, text: &str) -> u32 {
        let steps = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&steps);
        let count = move || {
            count.fetch_add(1, Ordering::Relaxed);
            false
        };
        database.progress_handler(1, Some(count)).expect("a hook");
        search(database, room, text, 100).expect("an answer");
        steps.load(Ordering::Relaxed)
    }

    #[test]
    fn what_is_said_in_other_rooms_costs_a_search_nothing() {
        let mut database = tables();
        let mine = ["the ferry is late", "a fern", "the last train"];
        say(&mut database, "mine", mine.into_iter().map(str::to_owned));
        let queries = ["f", "the", "ferry", "the la", "nobody"];
        let before = queries.map(|query| steps(&mut database, "mine", query));
        // Many words that begin with the same letter: who asks for all of them has to look
        // at each.
        let texts = (0..1600).map(|message| {
            let words = (0..100).map(|word| format!("f{message}and{word}"));
            words
                .chain(mine.map(str::to_owned))
                .collect::<Vec<_>>()
                .join(" ")
        });
        say(&mut database, "other", texts);
        let after = queries.map(|query| steps(&mut database, "mine", query));
        let both = queries.iter().zip(before.into_iter().zip(after));
        for (query, (before, after)) in both {
            // The index has more parts now, and each is asked.
            assert!(
                after < before + 200,
                "{query:?}: {before}, and then {after}"
            );
        }
        // It is worth asking: to look through them all is far more.
        assert!(steps(&mut database, "other", "f") > 2000);
    }
}
