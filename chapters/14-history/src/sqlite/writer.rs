//! The one thread that writes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::Options;
use super::append::{Outcome, append};
use crate::error::LogError;
use crate::log::{Appended, Audience, Post};

/// A post on its way to the disk.
pub(super) struct Job {
    pub(super) room: String,
    pub(super) post: Post,
    pub(super) reply: oneshot::Sender<Result<Appended, LogError>>,
}

/// Takes posts from a queue and makes them durable.
pub(super) struct Writer<A> {
    connection: Connection,
    jobs: mpsc::Receiver<Job>,
    max_batch: usize,
    path: PathBuf,
    patience: Duration,
    audience: A,
}

impl<A: Audience> Writer<A> {
    pub(super) fn new(
        connection: Connection,
        jobs: mpsc::Receiver<Job>,
        options: &Options,
        path: PathBuf,
        audience: A,
    ) -> Self {
        Self {
            connection,
            jobs,
            max_batch: options.max_batch.max(1),
            path,
            patience: options.patience,
            audience,
        }
    }

    /// Works until nobody can append any more.
    pub(super) fn run(mut self) {
        let mut batch = Vec::new();
        // Takes what there is and waits only if that is nothing: a post that comes alone
        // is not kept waiting for others. They gather while it is being written.
        while self.jobs.blocking_recv_many(&mut batch, self.max_batch) > 0 {
            match commit(&mut self.connection, &batch) {
                Ok(outcomes) => self.tell(&mut batch, outcomes),
                Err(error) => self.fail(&mut batch, &error),
            }
        }
    }

    /// The batch is durable: first the audience, in the order of the log, then the authors.
    fn tell(&mut self, batch: &mut Vec<Job>, outcomes: Vec<Outcome>) {
        for (job, outcome) in batch.drain(..).zip(outcomes) {
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

    /// Nothing of the batch has been added.
    fn fail(&self, batch: &mut Vec<Job>, error: &rusqlite::Error) {
        let error = LogError::new(&self.path, self.patience, error);
        for job in batch.drain(..) {
            let _ = job.reply.send(Err(error.clone()));
        }
    }
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
