//! How far the file may grow.

use std::path::Path;

use rusqlite::Connection;

use super::schema::Fault;
use crate::error::LogError;

/// What is kept for deletions: this part of the quota, and not less than so many bytes.
const PART: u64 = 64;
const LEAST: u64 = 64 << 10;

/// A quota, in pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quota {
    all: u64,
    /// Without what is kept for deletions.
    ordinary: u64,
}

impl Quota {
    /// Sets the quota of a file, all of it for now: the tables must be made first.
    pub(super) fn set(
        connection: &Connection,
        path: &Path,
        bytes: u64,
    ) -> Result<Self, Fault> {
        let number = |name| {
            connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0))
        };
        let page = number("page_size")?.unsigned_abs().max(1);
        let used = number("page_count")?.unsigned_abs() * page;
        // SQLite would take such a number for "as large as it is", without a word.
        if used > bytes {
            let (path, quota) = (path.to_owned(), bytes);
            return Err(Fault::File(LogError::OverQuota { path, used, quota }));
        }
        let reserve = (bytes / PART).max(LEAST);
        let quota = Self {
            all: bytes / page,
            ordinary: bytes.saturating_sub(reserve) / page,
        };
        quota.open_reserve(connection)?;
        Ok(quota)
    }

    /// Lets the file grow as far as it may at all.
    pub(super) fn open_reserve(self, connection: &Connection) -> rusqlite::Result<()> {
        limit(connection, self.all)
    }

    /// Keeps the reserve, or what is left of it.
    pub(super) fn keep_reserve(self, connection: &Connection) -> rusqlite::Result<()> {
        limit(connection, self.ordinary)
    }
}

fn limit(connection: &Connection, pages: u64) -> rusqlite::Result<()> {
    // Zero would mean that nothing is to be changed.
    let pages = i64::try_from(pages.max(1)).unwrap_or(i64::MAX);
    connection.pragma_update(None, "max_page_count", pages)
}
