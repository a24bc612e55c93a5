//! The lab of chapter 14: a room that remembers, and windows of the page that are cut off
//! and come back.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use backpressure::{Limits, Rate};
use handshake::{Origins, Policy};
use history::{Chat, Entry, Halls, MemoryLog, RoomLog as _, What};
use serde::Serialize;
use tokio::net::TcpListener;
use wiretap::Listen;

use super::session::Session;

/// The room of the lab.
pub(crate) const ROOM: &str = "harbour";
/// How much of the room the page is shown.
const MOST_KEPT: usize = 100;
/// How long the connections may take when the lab ends.
const DRAIN: Duration = Duration::from_secs(1);

/// Rooms that remember for as long as the lab runs.
#[derive(Clone)]
pub(crate) struct Rooms {
    halls: Halls,
    log: MemoryLog,
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rooms").finish_non_exhaustive()
    }
}

/// An entry of the room's log, for the page.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Kept {
    seq: u64,
    author: String,
    /// What was done, in words.
    what: String,
    id: Option<String>,
}

impl From<Entry> for Kept {
    fn from(entry: Entry) -> Self {
        let words =
            |text: Option<String>| text.unwrap_or_else(|| "(deleted)".to_owned());
        let (what, id) = match entry.what {
            What::Said { text, id } => (words(text), id),
            What::Edited { target, text } => {
                (format!("{target} is now: {}", words(text)), None)
            }
            What::Deleted { target } => (format!("{target} is deleted"), None),
        };
        Self {
            seq: entry.seq,
            author: entry.author,
            what,
            id,
        }
    }
}

impl Rooms {
    pub(crate) fn new() -> Self {
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        Self { halls, log }
    }

    /// What is in the room's log.
    pub(crate) async fn kept(&self) -> Result<Vec<Kept>, String> {
        let read = self.log.after(ROOM, 0, MOST_KEPT).await;
        let since = read.map_err(|error| error.to_string())?;
        Ok(since.entries.into_iter().map(Kept::from).collect())
    }

    /// The chapter's own chat, for `connections` at a time of the page at `origin`.
    pub(crate) async fn serve<L: Listen>(
        &self,
        listener: L,
        origin: &str,
        connections: usize,
        ended: impl Future<Output = ()>,
    ) {
        let limits = Limits {
            // A finger on a button is slower, and a log in memory only grows.
            rate: Rate {
                burst: 10,
                interval: Duration::from_millis(500),
            },
            connections,
            connections_per_address: connections,
            drain: DRAIN,
            ..Limits::default()
        };
        let policy = Policy {
            origins: Origins::Only(vec![origin.to_owned()]),
            ..Policy::default()
        };
        let chat = Chat::new(self.log.clone(), self.halls.clone()).limited(limits);
        let pages = axum::Router::new();
        let from_here = |_: &L::Io| IpAddr::from(Ipv4Addr::LOCALHOST);
        history::serve(listener, chat, policy, pages, from_here, ended).await;
    }
}

impl Session {
    /// The chapter's own chat, tapped, and within reach of scissors.
    pub(crate) async fn serve_rooms(&self, listener: TcpListener, rooms: &Rooms) {
        let tapped = self.recorder.tap_listener(self.scissors.reach(listener));
        let (origin, most) = (self.rules.page_origin(), self.most_connections());
        rooms.serve(tapped, origin, most, self.ended()).await;
    }
}
