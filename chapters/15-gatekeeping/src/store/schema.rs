//! The tables.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::trouble;
use crate::error::KeeperError;

/// Stands in the header of each of our files: "door", in ASCII.
const APPLICATION: i64 = 0x646f_6f72;

/// What made each version of the tables from the one before, as in chapter 14.
const MIGRATIONS: [&str; 3] = [ACCOUNTS, PEPPERS, INVITATIONS];

/// Of the tables that this program makes.
const VERSION: u32 = MIGRATIONS.len() as u32;

/// No number of a session is ever used again: a ticket that outlives its session must not
/// become another's.
const ACCOUNTS: &str = "
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        password TEXT NOT NULL,
        pepper TEXT NOT NULL,
        created INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE looks (
        look TEXT PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES accounts (id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account INTEGER NOT NULL REFERENCES accounts (id),
        token BLOB NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        used INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX sessions_of ON sessions (account, used);
    CREATE INDEX sessions_created ON sessions (created);
    CREATE INDEX sessions_used ON sessions (used);
    CREATE TABLE rooms (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('public', 'private', 'direct')),
        low INTEGER REFERENCES accounts (id),
        high INTEGER REFERENCES accounts (id),
        UNIQUE (low, high),
        CHECK ((kind = 'direct') = (low IS NOT NULL AND low < high))
    ) STRICT;
    CREATE INDEX public_rooms ON rooms (name) WHERE kind = 'public';
    CREATE TABLE members (
        room INTEGER NOT NULL REFERENCES rooms (id),
        account INTEGER NOT NULL REFERENCES accounts (id),
        read INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (room, account)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX members_of ON members (account);
";

/// By what each key in the file of keys is known again: an id alone may be another key's.
const PEPPERS: &str = "
    CREATE TABLE peppers (
        id TEXT PRIMARY KEY,
        mark BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Who has made a member one; NULL where it was the member.
const INVITATIONS: &str = "
    ALTER TABLE members ADD COLUMN invited_by INTEGER REFERENCES accounts (id);
";

/// Makes sure that the file is ours or empty, and not of a later release. Nothing in it is
/// changed.
pub(super) fn look(connection: &Connection, path: &Path) -> Result<(), KeeperError> {
    let means = |error: rusqlite::Error| trouble(path, &error);
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection
        .query_row(tables, [], |row| row.get(0))
        .map_err(means)?;
    let number = |name: &str| -> Result<i64, KeeperError> {
        let value = connection.pragma_query_value(None, name, |row| row.get(0));
        value.map_err(means)
    };
    match (tables, number("application_id")?) {
        (0, 0) => Ok(()),
        (_, APPLICATION) => {
            let found = u32::try_from(number("user_version")?).unwrap_or(u32::MAX);
            let (path, known) = (path.to_owned(), VERSION);
            if found <= known {
                return Ok(());
            }
            Err(KeeperError::Newer { path, found, known })
        }
        _ => Err(KeeperError::Foreign(path.to_owned())),
    }
}

/// Brings the tables up to date: all of the steps that are missing, or none.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for step in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
