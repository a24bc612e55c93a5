//! One server for a file.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::schema::Fault;
use crate::error::LogError;

/// Stands behind the name of the database in that of the file which is locked.
const ENDING: &str = "-lock";

/// Keeps other servers away from the database, as long as it is there. SQLite would let
/// them write, in turns; but what one of them adds, the readers of the other do not hear.
///
/// It is the lock of an empty file beside the database. On Unix, to close the database's own
/// file would give up all the locks that SQLite has on it. Other programs may read the
/// database and copy it. The file stays when the server is gone: to delete it would be to
/// take it from a server that has come meanwhile.
#[derive(Debug)]
pub(super) struct Claim {
    _lock: File,
}

impl Claim {
    /// Takes the database of this connection; none, if it is in no file.
    pub(super) fn take(
        connection: &Connection,
        path: &Path,
    ) -> Result<Option<Self>, Fault> {
        // As SQLite sees it: without links, so that there is one name for one file.
        let Some(database) = connection.path().filter(|path| !path.is_empty()) else {
            return Ok(None);
        };
        let beside = PathBuf::from(format!("{database}{ENDING}"));
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let opened = options.open(&beside).map_err(TryLockError::Error);
        let locked = opened.and_then(|file| file.try_lock().map(|()| file));
        let fault = match locked {
            Ok(_lock) => return Ok(Some(Self { _lock })),
            Err(TryLockError::WouldBlock) => LogError::InUse(path.to_owned()),
            Err(TryLockError::Error(error)) => {
                LogError::Unlockable(beside, error.to_string())
            }
        };
        Err(Fault::File(fault))
    }
}
