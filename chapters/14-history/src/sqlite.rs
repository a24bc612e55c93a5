//! A log in a file: SQLite, off the async threads.

mod append;
mod claim;
mod options;
mod query;
mod quota;
mod read;
mod readers;
mod schema;
mod write_ahead;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

pub use self::options::{OnCommit, Options};
use crate::error::LogError;
use crate::log::{Appended, Audience, Page, Post, RoomLog, Said, Since};
use claim::Claim;
use quota::Quota;
use readers::Readers;
use schema::Fault;
use write_ahead::WriteAhead;
use writer::{Job, Writer};

/// A [`RoomLog`] in one file. One thread writes, in groups: while it waits for the disk,
/// the next posts gather, and they are made durable by one commit. Readers have connections
/// of their own, and wait for no writer.
///
/// Clones are the same log. No other server can open the file meanwhile. When the last of
/// them is dropped, what stands in the queue is done, and the file is let go; when that has
/// happened, nobody is told. To wait for it, [`close`](Self::close) the log.
#[derive(Clone)]
pub struct SqliteLog {
    // First in the order of dropping: who closes the database last puts the write-ahead log
    // into it, and those who read may not.
    readers: Arc<Readers>,
    running: Arc<Mutex<Option<Running>>>,
}

/// The thread that writes, and the way to it.
struct Running {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<Result<(), LogError>>,
}

impl SqliteLog {
    /// Opens the log at `path`, or begins one, and tells `audience` what is added. Beside
    /// it there will be an empty file `...-lock`, which stays: while the log is open, it
    /// keeps other servers away.
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
        let ready = set_up(&mut connection, path, options);
        let (claim, quota) = ready.map_err(|fault| fault.or(means))?;
        let write_ahead = WriteAhead::new(&connection, options).map_err(means)?;

        let (jobs, queue) = mpsc::channel(options.queue.max(1));
        let path = path.to_owned();
        let writer = Writer {
            connection,
            claim,
            jobs: queue,
            max_batch: options.max_batch.max(1),
            quota,
            write_ahead,
            path: path.clone(),
            patience: options.patience,
            on_commit: options.on_commit.clone(),
            audience,
        };
        let thread = std::thread::Builder::new()
            .name("room-log".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| LogError::Sqlite(path.clone(), error.to_string()))?;
        Ok(Self {
            readers: Arc::new(Readers::new(path, options)),
            running: Arc::new(Mutex::new(Some(Running { jobs, thread }))),
        })
    }

    /// Closes the log, also for its clones: whoever asks them for something from now on is
    /// told [`Stopped`](LogError::Stopped). What was asked for before is done. When this
    /// resolves with `Ok`, everything is in the database's file, so that a copy of it alone
    /// is whole, and another server may have it.
    ///
    /// # Errors
    ///
    /// [`Locked`](LogError::Locked) when another program has been reading for too long, and
    /// what the disk says. Nothing is lost then: it is still in the write-ahead log. And
    /// [`Stopped`](LogError::Stopped) when it was closed before.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, the log is closed all the same, and nobody has waited for it.
    pub async fn close(self) -> Result<(), LogError> {
        let Running { jobs, thread } =
            self.running().take().ok_or(LogError::Stopped)?;
        self.readers.close().await;
        drop(jobs);
        let ended = spawn_blocking(move || thread.join()).await;
        ended
            .map_err(|_| LogError::Stopped)?
            .map_err(|_panicked| LogError::Stopped)?
    }

    /// Copies the log as it is in this moment, while it is used, into a new file at `path`,
    /// which is whole by itself and on the disk when this resolves. Until then the
    /// write-ahead log grows with whatever is added.
    ///
    /// # Errors
    ///
    /// When there is a file already, or no room for one, about the copy; and
    /// [`Stopped`](LogError::Stopped). What was written of it by then is to be removed.
    ///
    /// # Cancel safety
    ///
    /// When it is dropped, the copy is made all the same, and nobody has waited for it.
    pub async fn copy_to(&self, path: impl Into<PathBuf>) -> Result<(), LogError> {
        self.readers.copy_to(path.into()).await
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn jobs(&self) -> Result<mpsc::Sender<Job>, LogError> {
        let running = self.running();
        let jobs = running.as_ref().map(|running| running.jobs.clone());
        jobs.ok_or(LogError::Stopped)
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
) -> Result<(Option<Claim>, Option<Quota>), Fault> {
    schema::look(connection, path)?;
    let claim = Claim::take(connection, path)?;
    be_durable(connection, path)?;
    let quota = options
        .quota
        .map(|bytes| Quota::set(connection, path, bytes));
    let quota = quota.transpose()?;
    schema::migrate(connection, path)?;
    if let Some(quota) = quota {
        quota.keep_reserve(connection)?;
    }
    Ok((claim, quota))
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
        let sent = self.jobs()?.send(job).await;
        sent.map_err(|_| LogError::Stopped)?;
        replied.await.map_err(|_| LogError::Stopped)?
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
