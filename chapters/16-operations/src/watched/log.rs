//! A log, and a note of how long it takes.

use std::sync::Arc;

use history::{Appended, LogError, Page, Post, RoomLog, Said, Since};
use tokio::time::Instant;

use crate::metrics::{Counted, Counts};

/// Counts what a log is asked for, how long people wait for it, and what goes wrong.
#[derive(Clone)]
pub(crate) struct WatchedLog<L> {
    log: L,
    counts: Arc<Counts>,
}

impl<L: RoomLog> WatchedLog<L> {
    pub(crate) fn new(log: L, counts: Arc<Counts>) -> Self {
        Self { log, counts }
    }

    fn read<T>(
        &self,
        what: &'static str,
        outcome: Result<T, LogError>,
    ) -> Result<T, LogError> {
        self.counts.reads.get_or_create(&[("of", what)]).inc();
        self.noted(outcome)
    }

    fn noted<T>(&self, outcome: Result<T, LogError>) -> Result<T, LogError> {
        if let Err(error) = &outcome
            && let Some(kind) = kind(error)
        {
            let label = [("kind", kind)];
            self.counts.log_errors.get_or_create(&label).inc();
        }
        outcome
    }
}

/// Which trouble an operator has with the log; `None` when only a client has one.
fn kind(error: &LogError) -> Option<&'static str> {
    Some(match error {
        LogError::Refused(_) => return None,
        LogError::Full(_) | LogError::OverQuota { .. } => "full",
        LogError::Unwritable(_) | LogError::NoWal(..) => "unwritable",
        LogError::Locked(..) | LogError::InUse(_) | LogError::Unlockable(..) => {
            "locked"
        }
        LogError::Foreign(_) | LogError::Newer { .. } => "foreign",
        LogError::SlowSearch(_) => "slow_search",
        LogError::Sqlite(..) => "sqlite",
        LogError::Stopped => "stopped",
    })
}

impl<L: RoomLog> RoomLog for WatchedLog<L> {
    async fn append(&self, room: &str, post: Post) -> Result<Appended, LogError> {
        let waiting = Counted::new(&self.counts.waiting_posts);
        let begun = Instant::now();
        let appended = self.log.append(room, post).await;
        drop(waiting);
        self.counts.appends.observe(begun.elapsed().as_secs_f64());
        self.noted(appended)
    }

    async fn after(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Since, LogError> {
        self.read("entries", self.log.after(room, seq, limit).await)
    }

    async fn before(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        self.read("page", self.log.before(room, seq, limit).await)
    }

    async fn search(
        &self,
        room: &str,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Said>, LogError> {
        self.read("search", self.log.search(room, query, limit).await)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::metrics::TROUBLES;

    #[test]
    fn each_kind_of_trouble_is_there_from_the_start() {
        let path = || PathBuf::from("rooms.db");
        for error in [
            LogError::Full(path()),
            LogError::Unwritable(path()),
            LogError::Locked(path(), Duration::ZERO),
            LogError::Foreign(path()),
            LogError::SlowSearch(Duration::ZERO),
            LogError::Sqlite(path(), String::new()),
            LogError::Stopped,
        ] {
            let kind = kind(&error).expect("a trouble");
            assert!(TROUBLES.contains(&kind), "{kind}");
        }
        let refused = history::Refused::Deleted;
        assert_eq!(
            kind(&LogError::Refused(refused)),
            None,
            "it is the client's"
        );
    }
}
