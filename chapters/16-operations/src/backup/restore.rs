//! The way back.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::error::BackupError;
use super::files::{make_folder, only_ours, sync, sync_folder};
use super::manifest::Manifest;
use super::{ACCOUNTS, DATABASES, KEYS, verify};

/// Where the files are put together before they are in their places. While it is there, a
/// restoration is not finished, and no server starts on the data folder.
pub(crate) const STAGING: &str = "restoring";

/// The lock of a running server (chapter 14).
const LOCK: &str = "rooms.db-lock";

/// What SQLite puts beside a database. They belong to that one database and to no other: a
/// write-ahead log beside a file that was exchanged would be played into it.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What came of a restoration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made.
    pub made: String,
    /// Each file, and how many bytes it has.
    pub files: Vec<(String, u64)>,
    /// Where the files are that were there before.
    pub replaced: Option<PathBuf>,
    /// Whether there are keys now: without them nobody can sign in.
    pub has_keys: bool,
}

/// Brings a backup back into the folder `data`, on which no server may run. The backup is
/// looked through before anything is changed. If something is there already, it is kept in a
/// folder of its own, if `replace` says so; the keys stay where they are.
///
/// All sessions are ended: among those in the backup are some that were signed out since, or
/// whose password has been changed.
///
/// # Errors
///
/// See [`BackupError`]. When something is wrong with the backup, nothing was changed. When it
/// fails while the files are exchanged, no server starts until it was done again, with
/// `replace`.
pub fn restore(
    from: &Path,
    data: &Path,
    replace: bool,
) -> Result<Restored, BackupError> {
    let manifest = Manifest::read(from)?;
    for name in DATABASES {
        verify(&from.join(name))?;
    }
    make_folder(data)?;
    let _lock = lock(data)?;
    if !replace && is_in_use(data)? {
        return Err(BackupError::NotEmpty(data.to_owned()));
    }
    let staging = stage(from, data, &manifest)?;
    let replaced = put_aside(data)?;
    let keys = manifest.has(KEYS) && !data.join(KEYS).exists();
    for name in DATABASES.iter().copied().chain(keys.then_some(KEYS)) {
        rename(&staging.join(name), &data.join(name))?;
    }
    sync_folder(data)?;
    fs::remove_dir_all(&staging).map_err(|error| BackupError::io(&staging, &error))?;
    sync_folder(data)?;
    Ok(Restored {
        made: manifest.made().to_owned(),
        files: manifest.sizes(),
        replaced,
        has_keys: data.join(KEYS).exists(),
    })
}

/// The keys that stay have to have those of the backup among them. Others may be called as
/// those are, and then nobody could sign in, and nobody would say why.
fn check_keys(from: &Path, data: &Path) -> Result<(), BackupError> {
    let (theirs, ours) = (from.join(KEYS), data.join(KEYS));
    if !theirs.exists() || !ours.exists() {
        return Ok(());
    }
    let keys = |path: &Path| -> Option<toml::Table> {
        let file: toml::Table = fs::read_to_string(path).ok()?.parse().ok()?;
        file.get("keys")?.as_table().cloned()
    };
    let has_all = keys(&theirs)
        .zip(keys(&ours))
        .is_some_and(|(theirs, ours)| {
            let mut theirs = theirs.iter();
            theirs.all(|(id, key)| ours.get(id) == Some(key))
        });
    match has_all {
        true => Ok(()),
        false => Err(BackupError::OtherKeys(ours)),
    }
}

/// Keeps servers away, as chapter 14's do with each other: as long as the file is open.
pub(crate) fn lock(data: &Path) -> Result<File, BackupError> {
    let path = data.join(LOCK);
    let mut options = File::options();
    let options = options.create(true).truncate(false).write(true);
    let file = options
        .open(&path)
        .map_err(|error| BackupError::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BackupError::Running(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(BackupError::io(&path, &error)),
    }
}

/// Whether anything is there but what a restoration leaves alone.
fn is_in_use(data: &Path) -> Result<bool, BackupError> {
    let means = |error| BackupError::io(data, &error);
    for entry in fs::read_dir(data).map_err(means)? {
        let name = entry.map_err(means)?.file_name();
        if name != LOCK && name != KEYS {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies everything to where it is on the same disk as the data, and ends the sessions.
fn stage(
    from: &Path,
    data: &Path,
    manifest: &Manifest,
) -> Result<PathBuf, BackupError> {
    check_keys(from, data)?;
    let staging = data.join(STAGING);
    if staging.exists() {
        fs::remove_dir_all(&staging)
            .map_err(|error| BackupError::io(&staging, &error))?;
    }
    make_folder(&staging)?;
    for (name, _) in manifest.sizes() {
        let to = staging.join(&name);
        fs::copy(from.join(&name), &to)
            .map_err(|error| BackupError::io(&to, &error))?;
        only_ours(&to)?;
    }
    end_sessions(&staging.join(ACCOUNTS))?;
    for (name, _) in manifest.sizes() {
        sync(&staging.join(&name))?;
    }
    sync_folder(&staging)?;
    Ok(staging)
}

fn end_sessions(accounts: &Path) -> Result<(), BackupError> {
    let means = |error: rusqlite::Error| BackupError::sqlite(accounts, &error);
    let database = Connection::open(accounts).map_err(means)?;
    database
        .execute("DELETE FROM sessions", [])
        .map_err(means)?;
    database.close().map_err(|(_, error)| means(error))
}

/// Moves the databases that are there into a folder of their own, with all that belongs to
/// them; `None` if there are none.
fn put_aside(data: &Path) -> Result<Option<PathBuf>, BackupError> {
    let beside = |name: &str| BESIDE.map(|end| format!("{name}{end}"));
    let names = DATABASES.iter().flat_map(|name| beside(name));
    let names: Vec<_> = names.filter(|name| data.join(name).exists()).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let mut numbers = 1..;
    let free = numbers.find_map(|number| {
        let folder = data.join(format!("replaced-{number}"));
        (!folder.exists()).then_some(folder)
    });
    let folder = free.ok_or_else(|| BackupError::NotEmpty(data.to_owned()))?;
    make_folder(&folder)?;
    for name in names {
        rename(&data.join(&name), &folder.join(&name))?;
    }
    sync_folder(&folder)?;
    Ok(Some(folder))
}

fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(|error| BackupError::io(from, &error))
}
