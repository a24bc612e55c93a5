//! Why a server does not start, or a command is not done; and what to do about it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use gatekeeping::KeeperError;
use history::LogError;

use crate::backup::BackupError;

/// Why a server does not start, or a command is not done.
#[derive(Debug)]
pub enum Trouble {
    /// Nobody can listen at this address; the setting that says so.
    Listen(&'static str, SocketAddr, io::Error),
    /// The data folder cannot be used.
    Folder(PathBuf, io::Error),
    /// A restoration of this folder was not finished.
    Unfinished(PathBuf),
    /// There are accounts in this folder, and no keys.
    NoKeys(PathBuf),
    /// So many passwords were hashed with this key.
    KeyInUse(String, u64),
    /// The rooms cannot be used.
    Log(LogError),
    /// The accounts or the keys cannot be used.
    Keeper(KeeperError),
    /// A backup was not made, or not restored.
    Backup(BackupError),
    /// The process cannot listen to signals.
    Signals(io::Error),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(setting, address, error) => {
                write!(f, "`{setting}`: cannot listen on {address}: {error}")
            }
            Self::Folder(path, error) => {
                write!(f, "`data`: {}: {error}", path.display())
            }
            Self::Unfinished(path) => write!(
                f,
                "a restoration of {} was not finished: do it again, with --replace",
                path.display()
            ),
            Self::NoKeys(path) => write!(
                f,
                "{} is not there, and accounts.db was made with it: put it back from where \
                 you keep it; with a new one nobody could sign in",
                path.display()
            ),
            Self::KeyInUse(key, passwords) => write!(
                f,
                "{passwords} passwords were hashed with {key}: without it these people \
                 cannot sign in; each of them is hashed anew when its owner does"
            ),
            Self::Log(error) => error.fmt(f),
            Self::Keeper(error) => error.fmt(f),
            Self::Backup(error) => error.fmt(f),
            Self::Signals(error) => write!(f, "cannot listen to signals: {error}"),
        }
    }
}

impl std::error::Error for Trouble {}

impl From<LogError> for Trouble {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl From<KeeperError> for Trouble {
    fn from(error: KeeperError) -> Self {
        Self::Keeper(error)
    }
}

impl From<BackupError> for Trouble {
    fn from(error: BackupError) -> Self {
        Self::Backup(error)
    }
}
