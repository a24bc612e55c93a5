//! Those who read: each on a connection of its own, which no writer keeps waiting.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::Options;
use crate::error::LogError;

/// The connections of those who read, at most so many at a time.
pub(super) struct Readers {
    path: PathBuf,
    patience: Duration,
    permits: Arc<Semaphore>,
    /// Each of them was in the hands of somebody with a permit, so there are no more of
    /// them than permits.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: &Options) -> Self {
        Self {
            path,
            patience: options.patience,
            permits: Arc::new(Semaphore::new(options.readers.max(1))),
            idle: Mutex::default(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a query where it may block. What it reads is of one moment.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| LogError::Stopped)?;
        let readers = Arc::clone(self);
        let outcome = spawn_blocking(move || {
            // It goes with the query and not with whoever waits for it: they may be gone
            // long before the query is done.
            let _permit = permit;
            let mut connection = readers.connection()?;
            let transaction = connection.transaction()?;
            let answer = query(&transaction)?;
            transaction.commit()?;
            // After an error a connection is not kept: a new one costs little.
            readers.idle().push(connection);
            Ok(answer)
        });
        let outcome = outcome.await.map_err(|_| LogError::Stopped)?;
        outcome.map_err(|error| LogError::new(&self.path, self.patience, &error))
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

    #[tokio::test]
    async fn a_query_keeps_its_place_when_nobody_waits_for_it_any_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rooms.db");
        Connection::open(&path)
            .and_then(|file| file.execute_batch("CREATE TABLE one (row)"))
            .expect("a file");
        let options = Options {
            readers: 1,
            ..Options::default()
        };
        let readers = Arc::new(Readers::new(path, &options));
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
        assert_eq!(readers.permits.available_permits(), 0, "it runs on");
        finish.send(()).expect("it waits");
        assert_eq!(readers.read(|_| Ok(1)).await, Ok(1));
        assert_eq!(readers.idle().len(), 1);
    }
}
