//! The same streams with axum 0.8: our board and our cursors, its HTTP and its writer.
//!
//! One thing is not the same. Each text is told as a JSON string, which is never empty and
//! has no line ends in it: so every text arrives as it was.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::sleep;
use wiretap::Listen;

use crate::events::{Events, GAP, HEARTBEAT, News, RESTARTED, Telling, json};
use crate::server::asked;

/// How long to wait when the system has no file descriptor left for an accepted stream.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// `GET /stream` of a board, as [`handler`](crate::handler) answers it.
pub fn router(events: Events) -> Router {
    Router::new()
        .route("/stream", get(stream_events))
        .with_state(events)
}

/// Serves the router until `shutdown` resolves, and then until the last stream has ended:
/// axum drains without a deadline, and a stream has no end of its own. Call
/// [`Events::end`] first, or put a timeout around it.
///
/// # Cancel safety
///
/// To drop the future stops accepting; connections that are open go on.
pub async fn serve<L: Listen>(
    listener: L,
    events: Events,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let served = axum::serve(Listening(listener), router(events))
        .with_graceful_shutdown(shutdown)
        .await;
    served.expect("axum 0.8 retries and reports no error");
}

async fn stream_events(
    State(events): State<Events>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let last_event_id = headers.get("last-event-id");
    let last_event_id = last_event_id.map(|id| String::from_utf8_lossy(id.as_bytes()));
    let cursor = match asked(last_event_id.as_deref(), query.as_deref()) {
        Ok(cursor) => cursor,
        Err(error) => return (StatusCode::BAD_REQUEST, error).into_response(),
    };
    let Some(telling) = events.resume(cursor) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let heartbeat = KeepAlive::new()
        .interval(events.streams().heartbeat)
        .text(HEARTBEAT);
    let sse = Sse::new(told(telling)).keep_alive(heartbeat);
    // What axum says of caching is `no-cache`, which lets a cache keep the stream.
    ([(header::CACHE_CONTROL, "no-store")], sse).into_response()
}

/// One event after the other, as axum wants them.
fn told(telling: Telling) -> impl Stream<Item = Result<Event, Infallible>> {
    let news = stream::unfold(telling, |mut telling| async move {
        let news = telling.next().await?;
        Some((stream::iter(blocks(news)), telling))
    });
    news.flatten().map(Ok)
}

fn blocks(news: News) -> Vec<Event> {
    let mut blocks = Vec::new();
    blocks.extend(news.retry.map(|retry| Event::default().retry(retry)));
    blocks.extend(news.restarted.map(|restarted| {
        let block = Event::default().event(RESTARTED).id("0");
        block.data(json(&restarted))
    }));
    let Some(page) = news.page else {
        return blocks;
    };
    blocks.extend(page.gap.map(|gap| {
        let block = Event::default().event(GAP).id(gap.last.to_string());
        block.data(json(&gap))
    }));
    blocks.extend(page.events.iter().map(|event| {
        // As JSON: an empty text would be no data to axum, and the event no message.
        let block = Event::default().id(event.seq.to_string());
        block.json_data(&event.text).expect("a text is JSON")
    }));
    blocks
}

/// Our listeners in the form of axum's.
struct Listening<L>(L);

impl<L: Listen> axum::serve::Listener for Listening<L> {
    type Io = L::Io;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, ()) {
        loop {
            match self.0.accept().await {
                Ok(io) => return (io, ()),
                Err(_) => sleep(ACCEPT_AGAIN).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}
