//! What can go wrong with a log, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{ErrorCode, ffi};

/// Why something was not added, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogError {
    /// The post is not allowed. Nothing is wrong with the log.
    Refused(Refused),
    /// There is no room for it on the disk, or in the quota.
    Full(PathBuf),
    /// The file has more bytes already than the quota allows.
    OverQuota {
        /// The file.
        path: PathBuf,
        /// How many bytes it has.
        used: u64,
        /// How many it may have.
        quota: u64,
    },
    /// It cannot be written, for a reason that SQLite does not know: a quota of the file
    /// system, a limit of the process, or a disk that fails.
    Unwritable(PathBuf),
    /// There can be no write-ahead log here; SQLite would use this mode instead.
    NoWal(PathBuf, String),
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
    /// A search took longer than this, and was given up.
    SlowSearch(Duration),
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
    /// Whether the same may succeed later, when somebody has seen to the cause.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Full(_)
            | Self::Unwritable(_)
            | Self::Locked(..)
            | Self::Stopped
            | Self::Sqlite(..) => true,
            Self::Refused(_)
            | Self::SlowSearch(_)
            | Self::OverQuota { .. }
            | Self::NoWal(..)
            | Self::Foreign(_)
            | Self::Newer { .. } => false,
        }
    }

    /// What SQLite's error means for the file at `path`. `waited` is how long it has tried
    /// to get a lock.
    pub(crate) fn new(path: &Path, waited: Duration, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let detail = error.sqlite_error().map(|error| error.extended_code);
        if detail == Some(ffi::SQLITE_IOERR_WRITE) {
            return Self::Unwritable(path);
        }
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
            Self::OverQuota { path, used, quota } => write!(
                f,
                "{} has {used} bytes, and its quota is {quota}: raise the quota",
                path.display()
            ),
            Self::Unwritable(path) => write!(
                f,
                "{} cannot be written: see whether its file system has a quota that is \
                 used up, whether the process may write files so large, and what the \
                 system's log says of the disk",
                path.display()
            ),
            Self::NoWal(path, mode) => write!(
                f,
                "{} can have no write-ahead log (journal_mode stays `{mode}`): put it on \
                 a disk of this machine, not on a network file system",
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
            Self::SlowSearch(limit) => write!(
                f,
                "a search took longer than {} ms, and was given up: rarer words take less",
                limit.as_millis()
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
