//! A board over HTTP, for a browser's `EventSource`.

use std::future::Future;

use http_streaming::{Answer, Handler};
use raw_http::{Config, Headers, Request, Response};
use short_polling::{Refusal, answer, cursor};
use wiretap::Listen;

use crate::events::{EventBlocks, Events};

/// The media type of an event stream.
pub const EVENT_STREAM: &str = "text/event-stream";

/// Serves a board until `shutdown` resolves; see [`http_streaming::serve`] for how that
/// ends: streams end properly, and readers come back to whoever listens then.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. The board stays as it is.
pub async fn serve<L: Listen>(
    listener: L,
    events: Events,
    config: Config,
    shutdown: impl Future<Output = ()>,
) {
    http_streaming::serve(listener, handler(events), config, shutdown).await;
}

/// Answers requests for a board:
///
/// | | |
/// |---|---|
/// | `GET /stream?after=N` | an event stream of what happened after `N` and of what happens. `Last-Event-ID` counts more than `after`; without either, all that is kept first |
/// | everything else | as [`short_polling::answer`] does: `POST /events` publishes |
pub fn handler(events: Events) -> impl Handler<Source = EventBlocks> {
    move |request: Request| {
        let answer = route(&events, &request);
        async move { answer }
    }
}

fn route(events: &Events, request: &Request) -> Answer<EventBlocks> {
    let (path, query) = request.path_and_query();
    match (path, request.method.as_str()) {
        ("/stream", "GET" | "HEAD") => {
            match asked(request.headers.get("Last-Event-ID"), query) {
                Ok(cursor) => match events.resume(cursor) {
                    Some(telling) => {
                        let blocks =
                            EventBlocks::new(telling, events.streams().heartbeat);
                        Answer::Stream(fields(), blocks)
                    }
                    // HTML §9.2.3: any status but 200 ends it. This one says it politely.
                    None => {
                        let stop =
                            Response::new(204).header("Cache-Control", "no-store");
                        Answer::Whole(stop)
                    }
                },
                Err(bad) => Answer::Whole(refused(bad)),
            }
        }
        ("/stream", _) => {
            Answer::Whole(Response::text(405, "").header("Allow", "GET, HEAD"))
        }
        _ => {
            let board = events.board();
            let response = match request.method.as_str() {
                // Whoever is being told hears of what is published.
                "POST" => board.change(|board| answer(board, request)),
                _ => answer(board.board(), request),
            };
            Answer::Whole(response)
        }
    }
}

/// The cursor that a stream is asked for with. A browser cannot set a field of the first
/// request, and cannot change the address of the next ones: so it begins with `after`, and
/// goes on with `Last-Event-ID`. `None` when it names none.
///
/// # Errors
///
/// When the cursor is no number: what is wrong, in a sentence.
pub fn asked(
    last_event_id: Option<&str>,
    query: Option<&str>,
) -> Result<Option<u64>, String> {
    match last_event_id {
        None | Some("") => cursor(query).map_err(|bad| bad.to_string()),
        // `parse` alone would take a plus sign.
        Some(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
            id.parse().map(Some).map_err(|_| not_ours(id))
        }
        Some(id) => Err(not_ours(id)),
    }
}

fn not_ours(id: &str) -> String {
    format!("`Last-Event-ID` is the number of an event of this board, and not {id:?}")
}

fn refused(error: String) -> Response {
    let refusal = Refusal { error, last: None };
    let body = serde_json::to_vec(&refusal).expect("texts are JSON");
    Response::json(400, body).header("Cache-Control", "no-store")
}

/// The head of a stream. `X-Accel-Buffering` is for nginx, as in chapter 4.
fn fields() -> Headers {
    Headers::from_iter([
        ("Content-Type", EVENT_STREAM),
        ("Cache-Control", "no-store"),
        ("X-Accel-Buffering", "no"),
    ])
}
