//! That the write-ahead log does not grow for ever.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

use super::Options;

/// The write-ahead log beside the database. SQLite writes it from its beginning again when
/// all of it is in the database and nobody reads from it. But it never waits for that
/// moment, and where readers overlap, there may be none for hours.
pub(super) struct WriteAhead {
    file: PathBuf,
    most: u64,
    /// From how many bytes on something is done about it.
    limit: u64,
    /// How long its readers are waited for.
    wait: Duration,
    patience: Duration,
}

impl WriteAhead {
    pub(super) fn new(
        connection: &Connection,
        options: &Options,
    ) -> rusqlite::Result<Self> {
        let most = i64::try_from(options.write_ahead).unwrap_or(i64::MAX);
        connection.pragma_update(None, "journal_size_limit", most)?;
        Ok(Self {
            file: format!("{}-wal", connection.path().unwrap_or_default()).into(),
            most: options.write_ahead,
            limit: options.write_ahead,
            // The readers of this program are done by then.
            wait: options.longest_search,
            patience: options.patience,
        })
    }

    /// When it has become too long: waits until all of it is in the database and nobody
    /// reads from it, and makes it empty. Those who come meanwhile read from the database.
    /// What was committed is durable in either case, so an error is none here.
    pub(super) fn keep_short(&mut self, connection: &Connection) {
        let length = fs::metadata(&self.file).map_or(0, |file| file.len());
        if length < self.limit {
            // SQLite may have made it short itself.
            self.limit = self.limit.min(length + self.most);
            return;
        }
        // Another process may read for an hour. Then the next attempt comes when it has
        // grown as much again, or all who write would wait each time.
        let is_short = self.truncate(connection).unwrap_or(false);
        self.limit = if is_short { 0 } else { length } + self.most;
    }

    fn truncate(&self, connection: &Connection) -> rusqlite::Result<bool> {
        connection.busy_timeout(self.wait)?;
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy = connection.query_row(truncate, [], |row| row.get::<_, bool>(0));
        connection.busy_timeout(self.patience)?;
        Ok(!is_busy?)
    }
}
