//! A log in a file: SQLite, off the async threads.

mod append;
mod query;
mod quota;
mod read;
mod readers;
mod schema;
mod write_ahead;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::error::LogError;
use crate::log::{Appended, Audience, Page, Post, RoomLog, Said, Since};
use quota::Quota;
use readers::Readers;
use schema::Fault;
use write_ahead::WriteAhead;
use writer::{Job, Writer};

/// How a log is kept.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many posts are made durable together at most. With 1, each has a commit of its
    /// own.
    pub max_batch: usize,
    /// How many posts wait for the writer at most. When so many do, `append` waits for a
    /// place.
    pub queue: usize,
    /// How many readers there are at a time. More wait.
    pub readers: usize,
    /// How many searches there are at a time, besides. More wait.
    pub searches: usize,
    /// How long a search may take. One that takes longer is given up.
    pub longest_search: Duration,
    /// How long a lock of another process is waited for.
    pub patience: Duration,
    /// From how many bytes on the write-ahead log is made empty, if its readers allow it. A
    /// larger batch makes it larger, and so does another process that reads all the time.
    pub write_ahead: u64,
    /// The most bytes that the database may have, without the write-ahead log: with it, a
    /// chat cannot fill a disk that others need. A 64th of it, and 64 KiB at least, is
    /// kept for deletions. Rounded down to pages of 4 KiB.
    pub quota: Option<u64>,
}

impl Default for Options {
    /// 256 posts a commit, 1,024 in the queue, 4 readers, 2 searches of 1 s at most, 5 s for
    /// a lock, 16 MiB of write-ahead log, and no quota.
    fn default() -> Self {
        Self {
            max_batch: 256,
            queue: 1024,
            readers: 4,
            searches: 2,
            longest_search: Duration::from_secs(1),
            patience: Duration::from_secs(5),
            write_ahead: 16 << 20,
            quota: None,
        }
    }
}

/// A [`RoomLog`] in one file. One thread writes, in groups: while it waits for the disk,
/// the next posts gather, and they are made durable by one commit. Readers have connections
/// of their own, and wait for no writer.
///
/// Clones are the same log. The file is let go when the last of them is dropped and what
/// stood in the queue is done.
#[derive(Clone)]
pub struct SqliteLog {
    jobs: mpsc::Sender<Job>,
    readers: Arc<Readers>,
}

impl SqliteLog {
    /// Opens the log at `path`, or begins one, and tells `audience` what is added.
    ///
    /// # Errors
    ///
    /// When the file cannot be used: see [`LogError`].
    pub fn open(
        path: impl AsRef<Path>,
        options: &Options,
        audience: impl Audience,
    ) -> Result<Self, LogError> {
        let path = path.as_ref();
        let means =
            |error: rusqlite::Error| LogError::new(path, options.patience, &error);
        let mut connection = Connection::open(path).map_err(means)?;
        connection.busy_timeout(options.patience).map_err(means)?;
        let quota = set_up(&mut connection, path, options);
        let quota = quota.map_err(|fault| fault.or(means))?;
        let write_ahead = WriteAhead::new(&connection, options).map_err(means)?;

        let (jobs, queue) = mpsc::channel(options.queue.max(1));
        let path = path.to_owned();
        let writer = Writer {
            connection,
            jobs: queue,
            max_batch: options.max_batch.max(1),
            quota,
            write_ahead,
            path: path.clone(),
            patience: options.patience,
            audience,
        };
        std::thread::Builder::new()
            .name("room-log".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| LogError::Sqlite(path.clone(), error.to_string()))?;
        Ok(Self {
            jobs,
            readers: Arc::new(Readers::new(path, options)),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.readers.path()
    }
}

impl fmt::Debug for SqliteLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: PathBuf = self.path().to_owned();
        f.debug_tuple("SqliteLog").field(&path).finish()
    }
}

/// Makes the file ready for the writer. It is looked at before anything in it is changed.
fn set_up(
    connection: &mut Connection,
    path: &Path,
    options: &Options,
) -> Result<Option<Quota>, Fault> {
    schema::look(connection, path)?;
    be_durable(connection, path)?;
    let quota = options
        .quota
        .map(|bytes| Quota::set(connection, path, bytes));
    let quota = quota.transpose()?;
    schema::migrate(connection, path)?;
    if let Some(quota) = quota {
        quota.keep_reserve(connection)?;
    }
    Ok(quota)
}

/// A commit with these settings returns when the disk has it: FULL syncs the write-ahead
/// log at each one, where NORMAL would leave the last ones to the system.
fn be_durable(connection: &Connection, path: &Path) -> Result<(), Fault> {
    // Where there can be none, SQLite keeps to what it had, and says so only here.
    let mode: String =
        connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Fault::File(LogError::NoWal(path.to_owned(), mode)));
    }
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

impl RoomLog for SqliteLog {
    async fn append(&self, room: &str, post: Post) -> Result<Appended, LogError> {
        let (reply, replied) = oneshot::channel();
        let room = room.to_owned();
        let job = Job { room, post, reply };
        let stopped = |_| LogError::Stopped;
        self.jobs.send(job).await.map_err(|_| LogError::Stopped)?;
        replied.await.map_err(stopped)?
    }

    async fn after(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Since, LogError> {
        let room = room.to_owned();
        self.readers
            .read(move |database| read::after(database, &room, seq, limit))
            .await
    }

    async fn before(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        let room = room.to_owned();
        self.readers
            .read(move |database| read::before(database, &room, seq, limit))
            .await
    }

    async fn search(
        &self,
        room: &str,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Said>, LogError> {
        let (room, query) = (room.to_owned(), query.to_owned());
        self.readers
            .search(move |database| read::search(database, &room, &query, limit))
            .await
    }
}
