//! The board's events as a stream of lines.

use std::time::Duration;

use bytes::Bytes;
use long_polling::WaitingBoard;
use raw_http::{Headers, Request, Response};
use short_polling::{Refusal, answer, cursor};
use tokio::time::{Instant, timeout_at};

use crate::ndjson::lines;
use crate::server::{Answer, Handler, Source};

/// The media type of JSON in lines.
pub const NDJSON: &str = "application/x-ndjson";

/// Tells a board's events from a cursor on: one JSON object a line, and an empty line
/// when nothing has been told for a while. It has no end of its own.
///
/// What has gathered since the piece before is one piece, so it holds no more than a page
/// of the board, and only while that is being written.
#[derive(Debug)]
pub struct EventLines {
    board: WaitingBoard,
    cursor: u64,
    keep_alive: Duration,
    /// When the silence has lasted too long.
    due: Instant,
}

impl EventLines {
    /// Tells what happened after the event `cursor`, and everything that happens. An empty
    /// line is told after `keep_alive` of silence.
    pub fn new(board: WaitingBoard, cursor: u64, keep_alive: Duration) -> Self {
        Self {
            board,
            cursor,
            keep_alive,
            due: Instant::now() + keep_alive,
        }
    }
}

impl Source for EventLines {
    async fn next(&mut self) -> Option<Bytes> {
        let news = timeout_at(self.due, self.board.after(self.cursor)).await;
        let piece = match news {
            Ok(Ok(page)) => {
                self.cursor = page.next;
                lines(&page).into()
            }
            // Another board than the one that the cursor came from: the end.
            Ok(Err(_future)) => return None,
            Err(_silence) => Bytes::from_static(b"\n"),
        };
        self.due = Instant::now() + self.keep_alive;
        Some(piece)
    }
}

/// Answers requests for a board:
///
/// | | |
/// |---|---|
/// | `GET /stream?after=N` | the events after the cursor `N`, as they happen, without end; without `after`, all that are kept first |
/// | everything else | as [`short_polling::answer`] does: `POST /events` publishes |
pub fn handler(
    board: WaitingBoard,
    keep_alive: Duration,
) -> impl Handler<Source = EventLines> {
    move |request: Request| {
        let answer = route(&board, keep_alive, &request);
        async move { answer }
    }
}

fn route(
    board: &WaitingBoard,
    keep_alive: Duration,
    request: &Request,
) -> Answer<EventLines> {
    let (path, query) = request.path_and_query();
    match (path, request.method.as_str()) {
        ("/stream", "GET" | "HEAD") => match begin(board, query) {
            Ok(cursor) => {
                let lines = EventLines::new(board.clone(), cursor, keep_alive);
                Answer::Stream(fields(), lines)
            }
            Err(refusal) => Answer::Whole(refused(&refusal)),
        },
        ("/stream", _) => {
            Answer::Whole(Response::text(405, "").header("Allow", "GET, HEAD"))
        }
        _ => {
            let response = match request.method.as_str() {
                // Whoever is being told hears of what is published.
                "POST" => board.change(|board| answer(board, request)),
                _ => answer(board.board(), request),
            };
            Answer::Whole(response)
        }
    }
}

/// The cursor that a stream begins with.
fn begin(board: &WaitingBoard, query: Option<&str>) -> Result<u64, Refusal> {
    let refusal = |error: String, last| Refusal { error, last };
    match cursor(query) {
        Ok(Some(cursor)) => match board.board().since(cursor) {
            Ok(_) => Ok(cursor),
            Err(future) => Err(refusal(future.to_string(), Some(future.last))),
        },
        // Without a cursor nothing is missing: what is kept is where it begins.
        Ok(None) => {
            let page = board.board().snapshot();
            Ok(page.events.first().map_or(page.next, |event| event.seq - 1))
        }
        Err(bad) => Err(refusal(bad.to_string(), None)),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let body = serde_json::to_vec(refusal).expect("texts and numbers are JSON");
    Response::json(400, body).header("Cache-Control", "no-store")
}

/// The head of a stream. `X-Accel-Buffering` is nginx's: it says what its own
/// configuration may have forgotten. Other intermediaries have other switches, or none.
fn fields() -> Headers {
    Headers::from_iter([
        ("Content-Type", NDJSON),
        ("Cache-Control", "no-store"),
        ("X-Accel-Buffering", "no"),
    ])
}
