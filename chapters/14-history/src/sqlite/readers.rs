//! Those who read: each on a connection of its own, which no writer keeps waiting.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::Options;
use crate::error::LogError;

/// How many steps a search takes between two looks at the clock.
const STEPS: i32 = 1000;

/// The connections of those who read, at most so many at a time.
pub(super) struct Readers {
    path: PathBuf,
    patience: Duration,
    places: Places,
    /// Whoever comes into a room waits for no search.
    searches: Places,
    longest_search: Duration,
    /// Each of them was in the hands of somebody with a permit, so there are no more of
    /// them than permits.
    idle: Mutex<Vec<Connection>>,
}

/// How many may read at a time.
struct Places {
    permits: Arc<Semaphore>,
    most: u32,
}

impl Places {
    fn new(most: usize) -> Self {
        let most = u32::try_from(most.max(1)).unwrap_or(u32::MAX);
        Self {
            permits: Arc::new(Semaphore::new(most as usize)),
            most,
        }
    }

    async fn take(&self) -> Result<OwnedSemaphorePermit, LogError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        permit.map_err(|_closed| LogError::Stopped)
    }

    /// Waits until all of them are free, and gives none away any more.
    async fn close(&self) {
        let all = self.permits.acquire_many(self.most).await;
        self.permits.close();
        drop(all);
    }
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: &Options) -> Self {
        Self {
            path,
            patience: options.patience,
            places: Places::new(options.readers),
            searches: Places::new(options.searches),
            longest_search: options.longest_search,
            idle: Mutex::default(),
        }
    }

    /// Waits until nobody reads any more, and lets nobody read again.
    pub(super) async fn close(&self) {
        self.searches.close().await;
        self.places.close().await;
        self.idle().clear();
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a query where it may block. What it reads is of one moment.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        self.run(&self.places, None, query).await
    }

    /// The same, for what may be a lot of work: for a limited time.
    pub(super) async fn search<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let limit = Some(self.longest_search);
        self.run(&self.searches, limit, query).await
    }

    /// Writes all that there is in this moment into a new file. It takes the place of a
    /// search.
    pub(super) async fn copy_to(
        self: &Arc<Self>,
        copy: PathBuf,
    ) -> Result<(), LogError> {
        let permit = self.searches.take().await?;
        let (readers, path) = (Arc::clone(self), copy.clone());
        let copied = spawn_blocking(move || {
            let _permit = permit;
            let name = path
                .to_str()
                .ok_or(rusqlite::Error::InvalidPath(path.clone()))?;
            let connection = readers.connection()?;
            connection.execute("VACUUM INTO ?1", [name])?;
            readers.idle().push(connection);
            // SQLite leaves this one to the system.
            Ok(File::open(&path).and_then(|file| file.sync_all()))
        });
        let copied = copied.await.map_err(|_| LogError::Stopped)?;
        let means = |error| LogError::new(&copy, self.patience, &error);
        let is_durable = copied.map_err(means)?;
        is_durable.map_err(|_| LogError::Unwritable(copy))
    }

    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        places: &Places,
        limit: Option<Duration>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let permit = places.take().await?;
        let readers = Arc::clone(self);
        let outcome = spawn_blocking(move || {
            // It goes with the query and not with whoever waits for it: they may be gone
            // long before the query is done.
            let _permit = permit;
            let mut connection = readers.connection()?;
            let until = limit.map(|limit| Instant::now() + limit);
            let is_over = until.map(|until| move || Instant::now() >= until);
            connection.progress_handler(STEPS, is_over)?;
            let transaction = connection.transaction()?;
            let answer = query(&transaction)?;
            transaction.commit()?;
            // After an error a connection is not kept: a new one costs little.
            readers.idle().push(connection);
            Ok(answer)
        });
        let outcome = outcome.await.map_err(|_| LogError::Stopped)?;
        outcome.map_err(|error: rusqlite::Error| {
            match (error.sqlite_error_code(), limit) {
                (Some(ErrorCode::OperationInterrupted), Some(limit)) => {
                    LogError::SlowSearch(limit)
                }
                _ => LogError::new(&self.path, self.patience, &error),
            }
        })
    }

    fn connection(&self) -> rusqlite::Result<Connection> {
        if let Some(connection) = self.idle().pop() {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.patience)?;
        Ok(connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    use super::*;

    /// One reader, and one search.
    fn readers() -> (tempfile::TempDir, Arc<Readers>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.db");
        Connection::open(&path)
            .and_then(|file| file.execute_batch("CREATE TABLE one (row)"))
            .expect("a file");
        let options = Options {
            readers: 1,
            searches: 1,
            ..Options::default()
        };
        (folder, Arc::new(Readers::new(path, &options)))
    }

    #[tokio::test]
    async fn a_query_keeps_its_place_when_nobody_waits_for_it_any_more() {
        let (_folder, readers) = readers();
        let (begun, has_begun) = mpsc::sync_channel(1);
        let (finish, finished) = mpsc::sync_channel::<()>(1);
        let slow = readers.read(move |_| {
            begun.send(()).expect("the test waits");
            finished.recv().expect("the test says so");
            Ok(())
        });
        {
            let mut slow = pin!(slow);
            let waiting = slow.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(waiting.is_pending());
            has_begun.recv().expect("it runs");
        }
        assert_eq!(readers.places.permits.available_permits(), 0, "it runs on");
        finish.send(()).expect("it waits");
        assert_eq!(readers.read(|_| Ok(1)).await, Ok(1));
        assert_eq!(readers.idle().len(), 1);
    }

    #[tokio::test]
    async fn whoever_reads_waits_for_no_search() {
        let (_folder, readers) = readers();
        let (begun, has_begun) = mpsc::sync_channel(1);
        let (finish, finished) = mpsc::sync_channel::<()>(1);
        let searching = Arc::clone(&readers);
        let search = tokio::spawn(async move {
            let search = searching.search(move |_| {
                begun.send(()).expect("the test waits");
                finished.recv().expect("the test says so");
                Ok(())
            });
            search.await
        });
        tokio::task::yield_now().await;
        has_begun.recv().expect("it runs");
        assert_eq!(readers.read(|_| Ok(1)).await, Ok(1));
        finish.send(()).expect("it waits");
        assert_eq!(search.await.expect("no panic"), Ok(()));
    }

    #[tokio::test]
    async fn a_search_ends_when_its_time_is_over() {
        let (_folder, mut readers) = readers();
        let alone = Arc::get_mut(&mut readers).expect("nobody else");
        alone.longest_search = Duration::ZERO;
        let for_ever = "
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n)
            SELECT count(*) FROM n";
        let search = readers.search(move |database| {
            database.query_row(for_ever, [], |row| row.get::<_, i64>(0))
        });
        assert_eq!(search.await, Err(LogError::SlowSearch(Duration::ZERO)));
        // Who only reads has no such limit: it is not left behind in the connection.
        assert_eq!(readers.search(|_| Ok(1)).await, Ok(1));
        let count = "
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 5000)
            SELECT count(*) FROM n";
        let read = readers.read(move |database| {
            database.query_row(count, [], |row| row.get::<_, i64>(0))
        });
        assert_eq!(read.await, Ok(5000));
    }
}
