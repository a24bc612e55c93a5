//! Many who go only when all of them have heard everything.

use std::collections::BTreeMap;
use std::time::Duration;

use chat::protocol::Room;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::notes::Log;

/// Far longer than anybody needs to come back and catch up.
const PATIENCE: Duration = Duration::from_secs(120);

/// How far each room goes, once nobody says anything any more.
type Ends = BTreeMap<Room, u64>;

/// Many who go only when all of them have heard everything.
pub(crate) struct Crowd {
    tasks: JoinSet<Log>,
    /// Where each tells that it has an answer to everything: up to where.
    finished: mpsc::Sender<(Room, u64)>,
    done: mpsc::Receiver<(Room, u64)>,
    ends: watch::Sender<Option<Ends>>,
}

/// Somebody's place in a crowd.
pub(crate) struct Place {
    finished: mpsc::Sender<(Room, u64)>,
    ends: watch::Receiver<Option<Ends>>,
}

impl Place {
    /// Has an answer to everything, the last one with this number.
    pub(crate) async fn has_finished(&self, room: Room, seq: u64) {
        // Nobody listens any more when somebody else has failed.
        let _ = self.finished.send((room, seq)).await;
    }

    /// How far a room goes, if that is known already.
    pub(crate) fn end_of(&mut self, room: &Room) -> Option<u64> {
        let ends = self.ends.borrow_and_update();
        let ends = ends.as_ref()?;
        Some(ends.get(room).copied().unwrap_or(0))
    }

    /// Waits until more is known. Safe to be dropped.
    pub(crate) async fn changed(&mut self) {
        if self.ends.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

impl Crowd {
    pub(crate) fn new() -> Self {
        let (finished, done) = mpsc::channel(1);
        Self {
            tasks: JoinSet::new(),
            finished,
            done,
            ends: watch::Sender::new(None),
        }
    }

    pub(crate) fn add<F>(&mut self, life: impl FnOnce(Place) -> F)
    where
        F: Future<Output = Log> + Send + 'static,
    {
        self.tasks.spawn(life(Place {
            finished: self.finished.clone(),
            ends: self.ends.subscribe(),
        }));
    }

    /// Waits until everybody has an answer to everything, and has then heard everything.
    ///
    /// # Errors
    ///
    /// When somebody has not after two minutes each, or has panicked.
    pub(crate) async fn finish(mut self) -> Result<Vec<Log>, String> {
        let ends = timeout(PATIENCE, self.all_finished()).await;
        let ends = ends.map_err(|_| "somebody gets no answer")??;
        self.ends.send_replace(Some(ends));
        let all = async {
            let mut logs = Vec::new();
            while let Some(log) = self.tasks.join_next().await {
                logs.push(log.map_err(|panic| panic.to_string())?);
            }
            Ok(logs)
        };
        let logs = timeout(PATIENCE, all).await;
        logs.map_err(|_| "somebody does not hear the end of its room")?
    }

    async fn all_finished(&mut self) -> Result<Ends, String> {
        let mut ends = Ends::new();
        for _ in 0..self.tasks.len() {
            let (room, seq) = tokio::select! {
                Some(done) = self.done.recv() => done,
                // Nobody goes before it knows how far its room goes.
                Some(ended) = self.tasks.join_next() => return Err(match ended {
                    Ok(log) => format!("{} has gone", log.who),
                    Err(panic) => panic.to_string(),
                }),
            };
            let end = ends.entry(room).or_default();
            *end = seq.max(*end);
        }
        Ok(ends)
    }
}
