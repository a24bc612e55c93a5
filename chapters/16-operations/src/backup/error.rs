//! Why there is no backup, or no way back; and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a backup was not made, or not restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupError {
    /// This file is not there: the folder is no data folder.
    NoData(PathBuf),
    /// Something is in this folder already.
    NotEmpty(PathBuf),
    /// A server uses this folder.
    Running(PathBuf),
    /// There is no finished backup in this folder.
    NoBackup(PathBuf),
    /// The backup was made by a later program, which has done something else.
    Newer(PathBuf),
    /// This file is not what was written into the backup, or is damaged: what was found.
    Damaged(PathBuf, String),
    /// Among these keys are not all of the backup's.
    OtherKeys(PathBuf),
    /// SQLite cannot name this file.
    Name(PathBuf),
    /// What the system says of this file.
    Io(PathBuf, String),
    /// What SQLite says of this database.
    Sqlite(PathBuf, String),
}

impl BackupError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io(path.to_owned(), error.to_string())
    }

    pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        Self::Sqlite(path.to_owned(), error.to_string())
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoData(path) => write!(
                f,
                "{} is not there: name the data folder with --data",
                path.display()
            ),
            Self::NotEmpty(path) => write!(
                f,
                "{} is not empty: name another folder, or, to restore, say --replace; \
                 what is there is kept then, in a folder beside it",
                path.display()
            ),
            Self::Running(path) => {
                write!(f, "a server runs on {}: stop it first", path.display())
            }
            Self::NoBackup(path) => write!(
                f,
                "{} has no backup.json: it is no backup, or one that was not finished",
                path.display()
            ),
            Self::Newer(path) => write!(
                f,
                "{} was written by a newer program: restore it with that one",
                path.display()
            ),
            Self::Damaged(path, found) => write!(
                f,
                "{} is damaged: {found}; take another backup",
                path.display()
            ),
            Self::OtherKeys(path) => write!(
                f,
                "{} has not the keys of the backup, which its passwords need: move it away \
                 first",
                path.display()
            ),
            Self::Name(path) => {
                write!(f, "{} is no name in UTF-8: name another", path.display())
            }
            Self::Io(path, what) | Self::Sqlite(path, what) => {
                write!(f, "{}: {what}", path.display())
            }
        }
    }
}

impl std::error::Error for BackupError {}
