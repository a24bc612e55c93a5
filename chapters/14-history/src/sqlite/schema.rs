//! The tables, and how they came to be.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, params};

use super::query::in_room;
use crate::error::LogError;

/// Stands in the header of each of our files, so that no other program's is taken for one:
/// "room", in ASCII.
const APPLICATION: i64 = 0x726f_6f6d;

/// What made each version of the tables from the one before. A file knows how many of them
/// it has seen. Nothing in here is ever changed once it has been released: what is to be
/// different is a further entry.
const MIGRATIONS: [&str; 3] = [EVENTS, WORDS, WORDS_OF_ROOMS];

/// Of the tables that this program makes.
const VERSION: u32 = MIGRATIONS.len() as u32;

/// Each entry of a room is a row, and stays one. `last` is the room's newest; `first` is
/// the oldest that is kept.
const EVENTS: &str = "
    CREATE TABLE rooms (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        first INTEGER NOT NULL DEFAULT 1,
        last INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        room INTEGER NOT NULL REFERENCES rooms (id),
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('said', 'edited', 'deleted')),
        author TEXT NOT NULL,
        client_id TEXT,
        once INTEGER NOT NULL DEFAULT 0,
        target INTEGER,
        text TEXT,
        UNIQUE (room, seq)
    ) STRICT;
    CREATE UNIQUE INDEX once ON events (room, author, client_id)
        WHERE once = 1;
    CREATE INDEX changes ON events (room, target, seq) WHERE target IS NOT NULL;
    CREATE INDEX messages ON events (room, seq) WHERE kind = 'said';
";

/// The words of each message as it stands, under the `id` of its row; the text itself is
/// not kept a second time. The room was a word of its own column, until it became a part of
/// each word.
const WORDS: &str = "
    CREATE VIRTUAL TABLE words USING fts5 (
        room, text, content = '', contentless_delete = 1,
        tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO words (rowid, room, text)
        SELECT id, room, coalesce(
            (SELECT text FROM events AS change
             WHERE change.room = events.room AND change.target = events.seq
             ORDER BY change.seq DESC LIMIT 1),
            text)
        FROM events WHERE kind = 'said' AND text IS NOT NULL;
";

/// The same, but each word has its room before it ([`in_room`]). They come here with blanks
/// between them, so whatever is no blank belongs to a word. That a word is in a message is
/// all that is asked for, and not where.
const WORDS_OF_ROOMS: &str = "
    DROP TABLE words;
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', contentless_delete = 1, detail = none,
        tokenize = \"unicode61 remove_diacritics 2 categories 'L* M* N* P* S* C*'\"
    );
";

/// A fault of the file, or one of SQLite that is yet to be explained.
pub(super) enum Fault {
    File(LogError),
    Sqlite(rusqlite::Error),
}

impl Fault {
    pub(super) fn or(self, means: impl Fn(rusqlite::Error) -> LogError) -> LogError {
        match self {
            Self::File(error) => error,
            Self::Sqlite(error) => means(error),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Makes sure that the file is ours or empty, and not of a later release. Nothing in it is
/// changed.
pub(super) fn look(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let tables: i64 =
        connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    match (tables, application) {
        (_, APPLICATION) => missing(connection, path).map(|_steps| ()),
        (0, 0) => Ok(()),
        _ => Err(Fault::File(LogError::Foreign(path.to_owned()))),
    }
}

/// The steps that the file has not seen.
fn missing(
    connection: &Connection,
    path: &Path,
) -> Result<&'static [&'static str], Fault> {
    let found: u32 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    MIGRATIONS.get(found as usize..).ok_or_else(|| {
        let (path, known) = (path.to_owned(), VERSION);
        Fault::File(LogError::Newer { path, found, known })
    })
}

/// Brings the tables up to date: all of the steps that are missing, or none.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    // Two processes may open a file at the same time: it is looked at again, under the
    // lock.
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    look(&transaction, path)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    let missing = missing(&transaction, path)?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    if !missing.is_empty() {
        index(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// Fills the table of words, which SQL alone cannot do.
fn index(database: &Connection) -> rusqlite::Result<()> {
    let select = "
        SELECT id, room, coalesce(
            (SELECT text FROM events AS change
             WHERE change.room = events.room AND change.target = events.seq
             ORDER BY change.seq DESC LIMIT 1),
            text)
        FROM events WHERE kind = 'said' AND text IS NOT NULL";
    let mut messages = database.prepare(select)?;
    let mut rows = messages.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(2)?;
        put_words(database, row.get(0)?, row.get(1)?, &text)?;
    }
    Ok(())
}

/// Puts the words of a message under its row, instead of those that were there.
pub(super) fn put_words(
    database: &Connection,
    row: i64,
    room: i64,
    text: &str,
) -> rusqlite::Result<()> {
    let replace = "INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)";
    let words = params![row, in_room(room, text)];
    database.prepare_cached(replace)?.execute(words)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file as the first release made it, before there was a search.
    fn of_version_1(path: &Path) {
        let connection = Connection::open(path).expect("a file");
        let fill = "
            INSERT INTO rooms (id, name, last) VALUES (7, 'harbour', 3);
            INSERT INTO events (room, seq, kind, author, target, text) VALUES
                (7, 1, 'said', 'ada', NULL, 'the ferry is late'),
                (7, 2, 'said', 'bob', NULL, 'which one'),
                (7, 3, 'edited', 'ada', 1, 'the night ferry is late');
            PRAGMA user_version = 1;
        ";
        connection.execute_batch(EVENTS).expect("tables");
        connection.execute_batch(fill).expect("rows");
        let id = connection.pragma_update(None, "application_id", APPLICATION);
        id.expect("a header");
    }

    #[test]
    fn an_old_file_is_brought_up_to_date_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.db");
        of_version_1(&path);
        let mut connection = Connection::open(&path).expect("a file");
        for _ in 0..2 {
            assert!(migrate(&mut connection, &path).is_ok());
        }
        let version = connection
            .pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
        assert_eq!(version.expect("a number"), 3);
        for (word, messages) in [("7xnight", 1), ("7xwhich", 1), ("which", 0)] {
            let found: i64 = connection
                .query_row("SELECT count(*) FROM words(?)", [word], |row| row.get(0))
                .expect("a count");
            assert_eq!(found, messages, "{word}");
        }
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new.db");
        of_version_1(&path);
        let mut connection = Connection::open(&path).expect("a file");
        let later = connection.pragma_update(None, "user_version", 9);
        later.expect("a header");
        let fault = migrate(&mut connection, &path).expect_err("it is not known");
        let error = fault.or(|error| panic!("{error}"));
        let text = error.to_string();
        assert!(text.contains("version 9"), "{text}");
        assert!(text.contains("start the newer program"), "{text}");
    }
}
