//! How a log is kept.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How a log is kept.
#[derive(Clone)]
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
    /// Is called after each commit with the time it took, that of the disk included, and the
    /// number of posts in it. The log of all rooms waits for it.
    pub on_commit: Option<OnCommit>,
}

/// What is done after a commit.
pub type OnCommit = Arc<dyn Fn(Duration, usize) + Send + Sync>;

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
            on_commit: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("max_batch", &self.max_batch)
            .field("queue", &self.queue)
            .field("readers", &self.readers)
            .field("searches", &self.searches)
            .field("longest_search", &self.longest_search)
            .field("patience", &self.patience)
            .field("write_ahead", &self.write_ahead)
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}
