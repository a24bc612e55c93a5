//! What a page follows: entries as HTML and counts, as server-sent events.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Serialize;

use super::backpressure_lab::Shown;
use super::session::{Follower, Session};
use super::status::Ended;
use super::tally::Tally;
use crate::figure;

/// The most entries in one event: the page shows no more than these at a time.
const MOST_ENTRIES: usize = 200;

/// Some entries and the state of the lab after them.
#[derive(Debug, Serialize)]
struct Update {
    /// List items, as in a figure.
    html: String,
    tally: Tally,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Shown>,
}

/// Follows `session` from entry number `cursor` on, until it ends.
pub(crate) fn follow(
    session: &Arc<Session>,
    cursor: u64,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let reader = Reader {
        follower: session.follow(),
        cursor,
        shows: 0,
        is_over: false,
    };
    let events = unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

struct Reader {
    follower: Follower,
    cursor: u64,
    /// How often what is shown had changed when it was told last.
    shows: u64,
    is_over: bool,
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        let session = &self.follower.0;
        let mut status = session.status.subscribe();
        let (cursor, shows) = (self.cursor, self.shows);
        let status = status
            .wait_for(|s| s.cursor > cursor || s.shows > shows || s.ended.is_some())
            .await
            // The sender lives in the session, and this holds the session.
            .ok()?
            .clone();
        let (entries, next) = session.recorder.entries_since(cursor);
        if let (true, Some(ended)) = (entries.is_empty(), status.ended) {
            self.is_over = true;
            return Some(stopped(ended));
        }
        self.cursor = next;
        self.shows = status.shows;
        let latest = &entries[entries.len().saturating_sub(MOST_ENTRIES)..];
        let mut html = String::new();
        for entry in latest {
            let fragment = figure::entry(entry);
            write!(html, "{fragment}").expect("a String takes every write");
        }
        let (tally, shown) = (status.tally, status.shown);
        let event = Event::default().event("update").id(next.to_string());
        let update = Update { html, tally, shown };
        // Plain data cannot fail to serialise.
        event.json_data(update).ok()
    }
}

fn stopped(ended: Ended) -> Event {
    Event::default().event("stopped").data(ended.to_string())
}
