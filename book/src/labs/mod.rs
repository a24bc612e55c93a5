//! The live labs: a chapter's own server, tapped, with the reader's browser as its client.
//!
//! A page's `<wire-lab>` starts a [`Session`] through the little API below, then talks to
//! the session's own port with plain `fetch`, and follows what the tap saw as server-sent
//! events. The bytes in the transcript are therefore the browser's and the chapter's, and
//! nobody else's.
//!
//! Everything is bounded: how many labs run, how many connections and requests each may
//! have, and for how long it runs.
//!
//! A chapter gets a lab in five places: a variant of [`Chapter`] and of `stage::Stage`,
//! a module like `short_polling_lab` for what is particular to it, a test in `recording`
//! for pages without this program, a panel `theme/wire-lab-NN.js` (named in `book.toml`),
//! and a test in `tests/browser/labs`.

mod api;
mod backpressure_lab;
mod bucket;
mod chapter;
mod chat_lab;
mod connection_lab;
mod cut;
mod door_lab;
mod events;
mod forward;
mod frames_lab;
mod guard;
mod handshake_lab;
mod history_lab;
mod http_streaming_lab;
mod long_polling_lab;
mod messages_lab;
mod page;
mod raw;
mod raw_http_lab;
#[cfg(test)]
mod recording;
mod relay;
mod server_sent_events_lab;
mod session;
mod short_polling_lab;
mod stage;
mod status;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use chapter::Chapter;
use chapter::Target;
use forward::MyServer;
pub(crate) use page::render;
use session::{Session, StartError};

/// How many labs run at a time: a reader has a page or two open, not a hundred.
const MOST_SESSIONS: usize = 8;

/// What one lab may use.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    /// How long it runs.
    pub(crate) running_time: Duration,
    /// How long it runs on when no page follows it.
    pub(crate) unattended: Duration,
    /// Requests per second in the long run.
    pub(crate) requests_per_second: u32,
    /// Requests at once, before that rate counts.
    pub(crate) burst: u32,
    /// Connections at a time.
    pub(crate) connections: usize,
    /// Where the readers' own servers listen: chapter N's on this port plus N.
    pub(crate) first_exercise_port: u16,
}

impl Default for Bounds {
    /// Five minutes, one minute alone, 20 requests a second after 40 at once, 16 connections.
    fn default() -> Self {
        Self {
            running_time: Duration::from_mins(5),
            unattended: Duration::from_mins(1),
            requests_per_second: 20,
            burst: 40,
            connections: 16,
            first_exercise_port: 4100,
        }
    }
}

/// The labs that are running. A clone is another handle on the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labs {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    bounds: Bounds,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    ending: CancellationToken,
    tasks: TaskTracker,
}

impl Labs {
    /// None yet, each to be kept within `bounds`.
    #[cfg(test)]
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            shared: Arc::new(Shared {
                bounds,
                ..Shared::default()
            }),
        }
    }

    /// Ends them all and waits until their servers have drained. No lab starts after it.
    pub(crate) async fn drain(&self) {
        self.shared.ending.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }

    /// Starts a lab for the page at `page_origin`.
    async fn start(
        &self,
        chapter: Chapter,
        target: Target,
        page_origin: String,
    ) -> Result<Arc<Session>, StartError> {
        let Shared {
            bounds,
            ending,
            tasks,
            ..
        } = &*self.shared;
        if ending.is_cancelled() || self.sessions().len() >= MOST_SESSIONS {
            return Err(StartError::TooMany(MOST_SESSIONS));
        }
        let (session, server) = Session::open(
            chapter,
            target,
            page_origin,
            bounds.clone(),
            ending.child_token(),
        )
        .await?;
        let mut sessions = self.sessions();
        // Asked again: another may have been started since the first look.
        if sessions.len() >= MOST_SESSIONS {
            return Err(StartError::TooMany(MOST_SESSIONS));
        }
        sessions.insert(session.id.clone(), Arc::clone(&session));
        drop(sessions);
        let (labs, id) = (self.clone(), session.id.clone());
        tasks.spawn(async move {
            server.await;
            labs.sessions().remove(&id);
        });
        Ok(session)
    }

    fn my_server(&self, chapter: Chapter) -> MyServer {
        MyServer::new(chapter, self.shared.bounds.first_exercise_port)
    }

    fn find(&self, id: &str) -> Option<Arc<Session>> {
        self.sessions().get(id).cloned()
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Arc<Session>>> {
        // The map is never left half-changed: a panic elsewhere does not spoil it.
        self.shared
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
