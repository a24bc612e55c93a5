//! The accounts in a file: SQLite, off the async threads.

pub(crate) mod accounts;
mod keys;
pub(crate) mod members;
pub(crate) mod rooms;
mod schema;
pub(crate) mod sessions;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::{Mutex as AsyncMutex, Semaphore};
use tokio::task::spawn_blocking;

use crate::api::Problem;
use crate::error::{Denied, KeeperError};
use crate::keys::Keys;
use crate::private;

pub use keys::check_keys;

/// How many read at a time. More wait.
const READERS: usize = 4;

/// How long a lock of another program, that of a backup, is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// An account, by its number in the database.
pub(crate) type AccountId = i64;

/// The database. A clone is another handle on the same one.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// SQLite has one writer at a time; `None` when it has been closed.
    writer: Arc<AsyncMutex<Option<Connection>>>,
    permits: Arc<Semaphore>,
    /// Each of them was in the hands of somebody with a permit.
    idle: Mutex<Vec<Connection>>,
}

/// Why nothing came of something in the database.
pub(crate) enum Fault {
    Refused(Problem),
    Sqlite(rusqlite::Error),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Store {
    /// Opens the database, or begins one, of so many bytes at most, and reads the file with
    /// the keys that belong to it.
    pub(crate) fn open(
        path: &Path,
        bytes: u64,
        keys: &Path,
    ) -> Result<(Self, Keys), KeeperError> {
        let means = |error: rusqlite::Error| trouble(path, &error);
        if !path.exists() {
            // Accounts without keys are a fault to whoever looks at the folder.
            Keys::open(keys)?;
        }
        // Those that SQLite makes beside it are as private as this one.
        private::make_file(path).map_err(|error| {
            KeeperError::Database(path.to_owned(), error.to_string())
        })?;
        let mut writer = Connection::open(path).map_err(means)?;
        writer.busy_timeout(PATIENCE).map_err(means)?;
        schema::look(&writer, path)?;
        be_durable(&writer, bytes).map_err(means)?;
        schema::migrate(&mut writer).map_err(means)?;
        let keys = keys::open(&mut writer, path, keys)?;
        let store = Self(Arc::new(Inner {
            path: path.to_owned(),
            writer: Arc::new(AsyncMutex::new(Some(writer))),
            permits: Arc::new(Semaphore::new(READERS)),
            idle: Mutex::default(),
        }));
        Ok((store, keys))
    }

    /// Reads something, all of it as of one moment.
    ///
    /// # Cancel safety
    ///
    /// Nothing comes of it when it is dropped.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Denied> {
        let inner = Arc::clone(&self.0);
        let permit = Arc::clone(&inner.permits).acquire_owned().await;
        let permit = permit.map_err(|_closed| KeeperError::Stopped)?;
        let answer = spawn_blocking(move || {
            let _permit = permit;
            let mut connection = inner.connection()?;
            let transaction = connection.transaction()?;
            let answer = query(&transaction)?;
            transaction.commit()?;
            // After an error a connection is not kept: a new one costs little.
            inner.idle().push(connection);
            Ok(answer)
        });
        let answer = answer.await.map_err(|_| KeeperError::Stopped)?;
        answer.map_err(|fault| self.denied(fault))
    }

    /// Changes something: all of it is durable when this resolves, or nothing is changed.
    /// Before the next change begins, `told` has what came of this one: so those who are told
    /// hear of changes in the order in which they were made.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, it is done and told all the same, or was not begun.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
        told: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, Denied> {
        let mut writer = Arc::clone(&self.0.writer).lock_owned().await;
        let answer = spawn_blocking(move || {
            let Some(writer) = writer.as_mut() else {
                return Ok(None);
            };
            let transaction =
                writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = change(&transaction)?;
            transaction.commit()?;
            told(&answer);
            Ok(Some(answer))
        });
        let answer = answer.await.map_err(|_| KeeperError::Stopped)?;
        let answer = answer.map_err(|fault| self.denied(fault))?;
        answer.ok_or(KeeperError::Stopped.into())
    }

    /// Writes a whole copy into another file, while everything goes on.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, the copy is made all the same.
    pub(crate) async fn copy_to(&self, to: PathBuf) -> Result<(), KeeperError> {
        let inner = Arc::clone(&self.0);
        let permit = Arc::clone(&inner.permits).acquire_owned().await;
        let permit = permit.map_err(|_closed| KeeperError::Stopped)?;
        let copied = spawn_blocking(move || {
            let _permit = permit;
            let connection = inner.connection()?;
            let to = to.to_string_lossy();
            connection.execute("VACUUM INTO ?1", [&*to]).map(|_| ())
        });
        let copied = copied.await.map_err(|_| KeeperError::Stopped)?;
        copied.map_err(|error| trouble(&self.0.path, &error))
    }

    /// Closes it, also for its clones. When this resolves with `Ok`, everything is in the
    /// database's file.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, it may be closed or not.
    pub(crate) async fn close(&self) -> Result<(), KeeperError> {
        let permits = u32::try_from(READERS).unwrap_or(u32::MAX);
        let all = self.0.permits.acquire_many(permits).await;
        self.0.permits.close();
        drop(all);
        self.0.idle().clear();
        let mut writer = Arc::clone(&self.0.writer).lock_owned().await;
        let closed = spawn_blocking(move || match writer.take() {
            Some(writer) => writer.close().map_err(|(_, error)| error),
            None => Ok(()),
        });
        let closed = closed.await.map_err(|_| KeeperError::Stopped)?;
        closed.map_err(|error| trouble(&self.0.path, &error))
    }

    fn denied(&self, fault: Fault) -> Denied {
        match fault {
            Fault::Refused(problem) => Denied::Problem(problem),
            Fault::Sqlite(error) => Denied::Trouble(trouble(&self.0.path, &error)),
        }
    }
}

impl Inner {
    fn connection(&self) -> rusqlite::Result<Connection> {
        if let Some(connection) = self.idle().pop() {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As chapter 14's log: a commit returns when the disk has it.
fn be_durable(connection: &Connection, bytes: u64) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted, a session's token or an old hash, is gone from the file as well.
    connection.pragma_update(None, "secure_delete", true)?;
    let page: i64 =
        connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page;
    connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
}

/// The number that a query gives which counts.
fn count(
    database: &Connection,
    query: &str,
    row: impl rusqlite::Params,
) -> rusqlite::Result<usize> {
    let count: i64 = database.query_row(query, row, |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// A number that is never negative; SQLite has no others than `i64`.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn trouble(path: &Path, error: &rusqlite::Error) -> KeeperError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => KeeperError::Full(path),
        Some(ErrorCode::NotADatabase) => KeeperError::Foreign(path),
        _ => KeeperError::Database(path, error.to_string()),
    }
}
