//! The one thread that writes.

use std::path::PathBuf;
use std::slice;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::OnCommit;
use super::append::{Outcome, append};
use super::claim::Claim;
use super::quota::Quota;
use super::write_ahead::{WriteAhead, put_into_database};
use crate::error::LogError;
use crate::log::{Act, Appended, Audience, Post};

/// A post on its way to the disk.
pub(super) struct Job {
    pub(super) room: String,
    pub(super) post: Post,
    pub(super) reply: oneshot::Sender<Result<Appended, LogError>>,
}

/// Takes posts from a queue and makes them durable.
pub(super) struct Writer<A> {
    pub(super) connection: Connection,
    pub(super) claim: Option<Claim>,
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) max_batch: usize,
    pub(super) quota: Option<Quota>,
    pub(super) write_ahead: WriteAhead,
    pub(super) path: PathBuf,
    pub(super) patience: Duration,
    pub(super) on_commit: Option<OnCommit>,
    pub(super) audience: A,
}

impl<A: Audience> Writer<A> {
    /// Works until nobody can append any more.
    pub(super) fn run(mut self) -> Result<(), LogError> {
        let mut batch = Vec::new();
        // Takes what there is and waits only if that is nothing: a post that comes alone
        // is not kept waiting for others. They gather while it is being written.
        while self.jobs.blocking_recv_many(&mut batch, self.max_batch) > 0 {
            match self.commit(&batch) {
                Ok(outcomes) => self.tell(batch.drain(..), outcomes),
                Err(error) if is_full(&error) => self.one_by_one(batch.drain(..)),
                Err(error) => self.fail(batch.drain(..), &error),
            }
            self.write_ahead.keep_short(&self.connection);
        }
        self.end()
    }

    fn commit(&mut self, batch: &[Job]) -> rusqlite::Result<Vec<Outcome>> {
        let begun = Instant::now();
        let outcomes = commit(&mut self.connection, batch)?;
        if let Some(on_commit) = &self.on_commit {
            on_commit(begun.elapsed(), batch.len());
        }
        Ok(outcomes)
    }

    /// Puts what stands in the write-ahead log into the file, and lets the file go.
    fn end(self) -> Result<(), LogError> {
        let is_whole = put_into_database(&self.connection);
        let closed = self.connection.close();
        // Only now may another server have it.
        drop(self.claim);
        let means = |error| LogError::new(&self.path, self.patience, &error);
        let is_whole = is_whole.map_err(means)?;
        closed.map_err(|(_connection, error)| means(error))?;
        let locked = LogError::Locked(self.path, self.patience);
        is_whole.then_some(()).ok_or(locked)
    }

    /// There is no room for all of them. There may be for one that is small, or for a
    /// deletion.
    fn one_by_one(&mut self, jobs: impl Iterator<Item = Job>) {
        for job in jobs {
            match self.commit_alone(&job) {
                Ok(outcomes) => self.tell([job], outcomes),
                Err(error) => self.fail([job], &error),
            }
        }
    }

    /// A deletion may use the reserve: in a log that is full, people can still take back
    /// what they have said.
    fn commit_alone(&mut self, job: &Job) -> rusqlite::Result<Vec<Outcome>> {
        let is_deletion = matches!(job.post.act, Act::Delete { .. });
        let Some(quota) = self.quota.filter(|_| is_deletion) else {
            return self.commit(slice::from_ref(job));
        };
        quota.open_reserve(&self.connection)?;
        let outcomes = self.commit(slice::from_ref(job));
        quota.keep_reserve(&self.connection)?;
        outcomes
    }

    /// They are durable: first the audience, in the order of the log, then the author.
    fn tell(&mut self, jobs: impl IntoIterator<Item = Job>, outcomes: Vec<Outcome>) {
        for (job, outcome) in jobs.into_iter().zip(outcomes) {
            let appended = outcome.map(|(appended, entry)| {
                if let Some(entry) = entry {
                    self.audience.tell(&job.room, &Arc::new(entry));
                }
                appended
            });
            // Whoever has stopped waiting will ask again, with the same id.
            let _ = job.reply.send(appended.map_err(LogError::Refused));
        }
    }

    /// None of them has been added.
    fn fail(&self, jobs: impl IntoIterator<Item = Job>, error: &rusqlite::Error) {
        let error = LogError::new(&self.path, self.patience, error);
        for job in jobs {
            let _ = job.reply.send(Err(error.clone()));
        }
    }
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

/// Adds a batch in one transaction: all of it is durable when this returns, or nothing is
/// added. A post that is refused is no reason to refuse the others.
fn commit(
    connection: &mut Connection,
    batch: &[Job],
) -> rusqlite::Result<Vec<Outcome>> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let outcomes = batch
        .iter()
        .map(|job| append(&transaction, &job.room, &job.post))
        .collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(outcomes)
}
