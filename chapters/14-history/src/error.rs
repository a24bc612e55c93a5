//! What can go wrong with a log, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::ErrorCode;

/// Why something was not added, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogError {
    /// The post is not allowed. Nothing is wrong with the log.
    Refused(Refused),
    /// There is no room for it on the disk, or in the quota.
    Full(PathBuf),
    /// Another process has kept the database locked for longer than the log waits.
    Locked(PathBuf, Duration),
    /// The file belongs to another program, or is no database at all.
    Foreign(PathBuf),
    /// The file was written by a later version of this program.
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// SQLite says something else.
    Sqlite(PathBuf, String),
    /// The log has been shut down.
    Stopped,
}

/// Which rule a post breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is no such message in the room.
    NoSuchMessage,
    /// Somebody else has said it.
    NotYours,
    /// It has been deleted.
    Deleted,
    /// The same author has done something else with this id.
    IdInUse,
}

impl LogError {
    /// Whether the same post may be accepted later, when somebody has seen to the cause.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Full(_) | Self::Locked(..) | Self::Stopped | Self::Sqlite(..) => true,
            Self::Refused(_) | Self::Foreign(_) | Self::Newer { .. } => false,
        }
    }

    /// What SQLite's error means for the file at `path`. `waited` is how long it has tried
    /// to get a lock.
    pub(crate) fn new(path: &Path, waited: Duration, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Locked(path, waited)
            }
            Some(ErrorCode::NotADatabase) => Self::Foreign(path),
            _ => Self::Sqlite(path, error.to_string()),
        }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Full(path) => write!(
                f,
                "no room for {}: free some on its disk, or raise the quota; \
                 what was accepted is kept, and new messages are accepted again then",
                path.display()
            ),
            Self::Locked(path, waited) => write!(
                f,
                "{} was locked by another process for more than {} ms: \
                 find it with `fuser {0}`, and stop it",
                path.display(),
                waited.as_millis()
            ),
            Self::Foreign(path) => write!(
                f,
                "{} is not a log of rooms: name another file",
                path.display()
            ),
            Self::Newer { path, found, known } => write!(
                f,
                "{} has tables of version {found}, and this program knows those up to \
                 {known}: start the newer program, or go back to a copy from before",
                path.display()
            ),
            Self::Sqlite(path, what) => write!(f, "{}: {what}", path.display()),
            Self::Stopped => f.write_str("the log is shut down"),
        }
    }
}

impl std::error::Error for LogError {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchMessage => "there is no such message",
            Self::NotYours => "somebody else has said that",
            Self::Deleted => "the message has been deleted",
            Self::IdInUse => "you have used this id for something else",
        })
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for LogError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
