//! Copies of the data that are whole, made while the server runs; and the way back.

mod error;
mod files;
mod manifest;
mod restore;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use files::{digest, only_ours, sync, sync_folder};
use manifest::{Manifest, Part};

pub use error::BackupError;
pub(crate) use files::make_folder;
pub use restore::{Restored, restore};
pub(crate) use restore::{STAGING, lock};

/// The databases of a data folder, in the order in which they are copied. What is
/// said comes first, and then who has said it: so a copy may have people who have
/// said nothing yet, and never words of somebody whose name is free, or a private
/// room that nobody has closed.
const DATABASES: [&str; 2] = [ROOMS, ACCOUNTS];

/// What was said.
pub(crate) const ROOMS: &str = "rooms.db";

/// Who has said it.
pub(crate) const ACCOUNTS: &str = "accounts.db";

/// The keys without which no password is any good.
pub(crate) const KEYS: &str = "keys.toml";

/// How long a lock of another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was put into a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Where it is.
    pub to: PathBuf,
    /// Each file, and how many bytes it has.
    pub files: Vec<(String, u64)>,
    /// Whether the keys are among them.
    pub with_keys: bool,
}

/// Copies the databases of the folder `data` into `to`, a folder that is empty or is not
/// there yet. A server may run on them meanwhile: what it has accepted before this begins is
/// in the copy. Each copy is checked before this returns.
///
/// The keys come along only if that is asked for. Without them the passwords in a copy that
/// gets lost cannot be tried; with them they can.
///
/// # Errors
///
/// See [`BackupError`]. What was written then is removed again.
pub fn backup(
    data: &Path,
    to: &Path,
    with_keys: bool,
) -> Result<BackedUp, BackupError> {
    let names = DATABASES.iter().copied().chain(with_keys.then_some(KEYS));
    let missing = names.clone().find(|name| !data.join(name).exists());
    if let Some(name) = missing {
        return Err(BackupError::NoData(data.join(name)));
    }
    make_folder(to)?;
    if !is_empty(to)? {
        return Err(BackupError::NotEmpty(to.to_owned()));
    }
    let written = write(data, to, names);
    match written {
        Ok(manifest) => Ok(BackedUp {
            to: to.to_owned(),
            files: manifest.sizes(),
            with_keys,
        }),
        Err(error) => {
            clear(to);
            Err(error)
        }
    }
}

fn is_empty(folder: &Path) -> Result<bool, BackupError> {
    let entries = fs::read_dir(folder);
    let mut entries = entries.map_err(|error| BackupError::io(folder, &error))?;
    Ok(entries.next().is_none())
}

fn write(
    data: &Path,
    to: &Path,
    names: impl Iterator<Item = &'static str>,
) -> Result<Manifest, BackupError> {
    let parts = names.map(|name| part(data, to, name));
    let manifest = Manifest::new(parts.collect::<Result<_, _>>()?);
    // Last of all: a backup without it is none.
    manifest.write(to)?;
    sync_folder(to)?;
    Ok(manifest)
}

/// Copies one file, and says what it is.
fn part(data: &Path, to: &Path, name: &str) -> Result<Part, BackupError> {
    let (from, to) = (data.join(name), to.join(name));
    if name == KEYS {
        fs::copy(&from, &to).map_err(|error| BackupError::io(&from, &error))?;
    } else {
        copy(&from, &to)?;
        verify(&to)?;
    }
    only_ours(&to)?;
    sync(&to)?;
    let (bytes, sha256) = digest(&to)?;
    Ok(Part {
        name: name.to_owned(),
        bytes,
        sha256,
    })
}

/// A whole copy of a database that others may be writing: of the one moment in which it
/// begins. What is in the write-ahead log is in it.
fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let means = |error: rusqlite::Error| BackupError::sqlite(from, &error);
    // To open it for reading alone would leave files beside it that nobody removes.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(from, flags).map_err(means)?;
    database.busy_timeout(PATIENCE).map_err(means)?;
    let name = to
        .to_str()
        .ok_or_else(|| BackupError::Name(to.to_owned()))?;
    database.execute("VACUUM INTO ?", [name]).map_err(means)?;
    Ok(())
}

/// Reads all of a database, and looks whether one thing in it fits the other.
fn verify(path: &Path) -> Result<(), BackupError> {
    let means = |error: rusqlite::Error| BackupError::sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(means)?;
    let check = "PRAGMA integrity_check(1)";
    let found: String = database
        .query_row(check, [], |row| row.get(0))
        .map_err(means)?;
    if found != "ok" {
        return Err(BackupError::Damaged(path.to_owned(), found));
    }
    let astray = "SELECT count(*) FROM pragma_foreign_key_check";
    let astray: i64 = database
        .query_row(astray, [], |row| row.get(0))
        .map_err(means)?;
    if astray > 0 {
        let found = format!("{astray} rows belong to others that are not there");
        return Err(BackupError::Damaged(path.to_owned(), found));
    }
    Ok(())
}

/// Removes what a backup that has failed has written. The folder was empty before.
fn clear(to: &Path) {
    for name in DATABASES.iter().chain([&KEYS, &manifest::NAME]) {
        // What is not there need not be removed.
        let _ = fs::remove_file(to.join(name));
    }
}
