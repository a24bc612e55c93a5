//! What can go wrong, for the operator and for whoever asks.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::api::{ErrorCode, Problem};
use crate::settings::BadSetting;

/// What is wrong with the accounts, for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeeperError {
    /// The folder for the data cannot be made.
    Folder(PathBuf, String),
    /// SQLite says this.
    Database(PathBuf, String),
    /// There is no room for more on the disk, or within the limit of the database.
    Full(PathBuf),
    /// The file belongs to another program.
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
    /// The file of keys cannot be used.
    Keys(PathBuf, String),
    /// There is no file of keys, and there are passwords that were hashed with some.
    NoKeys {
        /// The file of keys.
        path: PathBuf,
        /// How many passwords cannot be checked without it.
        passwords: u64,
    },
    /// The file has another key than the one with this id, with which passwords were hashed.
    OtherKey {
        /// The file of keys.
        path: PathBuf,
        /// The key's id.
        key: String,
        /// How many passwords cannot be checked with it.
        passwords: u64,
    },
    /// Passwords were hashed with a key that is not there.
    MissingKey {
        /// The file of keys.
        path: PathBuf,
        /// The key's id.
        key: String,
        /// How many passwords cannot be checked without it.
        passwords: u64,
    },
    /// No server can run so.
    Setting(BadSetting),
    /// Everything has been closed.
    Stopped,
}

impl fmt::Display for KeeperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, error) => {
                write!(f, "{} cannot be made a folder: {error}", path.display())
            }
            Self::Database(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Full(path) => write!(
                f,
                "no room for {}: free some on its disk, or raise limits.database",
                path.display()
            ),
            Self::Foreign(path) => {
                write!(f, "{} is no database of this program", path.display())
            }
            Self::Newer { path, found, known } => write!(
                f,
                "{} has tables of version {found}, and this program knows {known}: \
                 use the later program that wrote it",
                path.display()
            ),
            Self::Keys(path, error) => write!(f, "{}: {error}", path.display()),
            Self::MissingKey {
                path,
                key,
                passwords,
            } => write!(
                f,
                "{} has no key {key:?}, with which {passwords} passwords were hashed: \
                 put it back from a copy of the file",
                path.display()
            ),
            Self::NoKeys { path, passwords } => write!(
                f,
                "{} is not there, and {passwords} passwords were hashed with its keys: \
                 put it back from a copy of the file",
                path.display()
            ),
            Self::OtherKey {
                path,
                key,
                passwords,
            } => write!(
                f,
                "{} has another key {key:?} than the one with which {passwords} passwords \
                 were hashed: put the file that belongs to these accounts back from a copy",
                path.display()
            ),
            Self::Setting(setting) => setting.fmt(f),
            Self::Stopped => f.write_str("the accounts have been closed"),
        }
    }
}

impl std::error::Error for KeeperError {}

/// Why nothing came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// What to answer.
    Problem(Problem),
    /// It was tried too often; when the next try may be.
    Later(Duration),
    /// It is not the client's fault: the operator is to know, and the client to come back.
    Trouble(KeeperError),
}

impl From<Problem> for Denied {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<KeeperError> for Denied {
    fn from(error: KeeperError) -> Self {
        Self::Trouble(error)
    }
}

impl Denied {
    /// What the client is told. Nothing of the operator's trouble stands in it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Later(_) => Problem::new(
                ErrorCode::TooManyTries,
                "that was too often; wait a little",
            ),
            Self::Trouble(_) => Problem::new(
                ErrorCode::Unavailable,
                "the server cannot do that now; try again later",
            ),
        }
    }
}
