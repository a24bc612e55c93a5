//! Which keys the passwords were hashed with, and by what these are known again.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use super::{PATIENCE, count, schema, trouble, unsigned};
use crate::error::KeeperError;
use crate::keys::Keys;

/// A key with which passwords were hashed.
struct Used {
    id: String,
    passwords: u64,
    /// Its mark; `None` in a database of before there were marks.
    mark: Option<Vec<u8>>,
}

/// Whether the passwords in a database of accounts were hashed with the keys in a file: with
/// others nobody could sign in. Neither file is changed, and none is made. No server may run
/// on the database.
///
/// # Errors
///
/// When one of the files cannot be read; [`KeeperError::NoKeys`] when there are no keys,
/// [`KeeperError::MissingKey`] when one is missing, [`KeeperError::OtherKey`] when one is
/// another.
pub fn check_keys(
    database: impl AsRef<Path>,
    keys: impl AsRef<Path>,
) -> Result<(), KeeperError> {
    let (path, file) = (database.as_ref(), keys.as_ref());
    let means = |error: rusqlite::Error| trouble(path, &error);
    // Who may not write takes the files away again that SQLite needs beside this one.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(means)?;
    database.busy_timeout(PATIENCE).map_err(means)?;
    schema::look(&database, path)?;
    let used = used(&database).map_err(means)?;
    if used.is_empty() {
        return Ok(());
    }
    compare(&used, &load(&used, file)?)
}

/// The keys in a file, if they are those with which the passwords were hashed. From then on
/// they are known by more than their ids. A file is begun where there are no passwords.
pub(super) fn open(
    database: &mut Connection,
    path: &Path,
    file: &Path,
) -> Result<Keys, KeeperError> {
    let means = |error: rusqlite::Error| trouble(path, &error);
    let transaction = database
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(means)?;
    let used = used(&transaction).map_err(means)?;
    let keys = match &*used {
        [] => Keys::open(file)?,
        used => load(used, file)?,
    };
    compare(&used, &keys)?;
    remember(&transaction, &keys).map_err(means)?;
    transaction.commit().map_err(means)?;
    Ok(keys)
}

fn load(used: &[Used], file: &Path) -> Result<Keys, KeeperError> {
    let keys = Keys::load(file)?;
    keys.ok_or_else(|| KeeperError::NoKeys {
        path: file.to_owned(),
        passwords: used.iter().map(|key| key.passwords).sum(),
    })
}

fn compare(used: &[Used], keys: &Keys) -> Result<(), KeeperError> {
    for used in used {
        let (path, key) = (keys.path().to_owned(), used.id.clone());
        let passwords = used.passwords;
        let Some(mark) = keys.mark(&used.id) else {
            return Err(KeeperError::MissingKey {
                path,
                key,
                passwords,
            });
        };
        if used.mark.as_ref().is_some_and(|kept| *kept != mark) {
            return Err(KeeperError::OtherKey {
                path,
                key,
                passwords,
            });
        }
    }
    Ok(())
}

fn used(database: &Connection) -> rusqlite::Result<Vec<Used>> {
    let has = |table: &str| {
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = ?1";
        Ok::<_, rusqlite::Error>(count(database, tables, [table])? > 0)
    };
    if !has("accounts")? {
        return Ok(Vec::new());
    }
    let select = if has("peppers")? {
        "SELECT pepper, count(*), mark FROM accounts
            LEFT JOIN peppers ON peppers.id = pepper GROUP BY pepper"
    } else {
        "SELECT pepper, count(*), NULL FROM accounts GROUP BY pepper"
    };
    let mut select = database.prepare(select)?;
    let used = select.query_map([], |row| {
        Ok(Used {
            id: row.get(0)?,
            passwords: unsigned(row.get(1)?),
            mark: row.get(2)?,
        })
    })?;
    used.collect()
}

/// Keeps the marks of these keys and of no others.
fn remember(database: &Connection, keys: &Keys) -> rusqlite::Result<()> {
    let marks = keys.ids().map(|id| (id.to_owned(), keys.mark(id)));
    let marks: BTreeMap<_, _> = marks.collect();
    let mut select = database.prepare("SELECT id, mark FROM peppers")?;
    let kept = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let kept: BTreeMap<_, _> = kept.collect::<rusqlite::Result<_>>()?;
    if kept == marks {
        return Ok(());
    }
    database.execute("DELETE FROM peppers", [])?;
    for (id, mark) in marks {
        let add = "INSERT INTO peppers (id, mark) VALUES (?1, ?2)";
        database.execute(add, params![id, mark])?;
    }
    Ok(())
}
