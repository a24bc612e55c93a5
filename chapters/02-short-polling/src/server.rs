//! The board over HTTP: three questions, each answered at once.

use std::fmt;
use std::future::Future;

use bytes::Bytes;
use raw_http::{Config, Handler, Request, Response};
use serde::{Deserialize, Serialize};
use wiretap::Listen;

use crate::board::SharedBoard;
use crate::conditional::{EntityTag, none_match_fails};

/// The longest text of one event, in bytes; a longer one is answered with 413.
pub const MAX_TEXT: usize = 4096;

/// The body of every answer that refuses: JSON, for programs and people alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What is wrong, in a sentence.
    pub error: String,
    /// For a cursor from the future: the newest sequence number there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
}

impl Refusal {
    fn because(error: impl fmt::Display) -> Self {
        Self {
            error: error.to_string(),
            last: None,
        }
    }

    fn with_status(&self, status: u16) -> Response {
        json(status, self).header("Cache-Control", "no-store")
    }
}

/// Serves a board until `shutdown` resolves; see [`raw_http::serve`] for how it ends.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. The board stays as it is.
pub async fn serve<L: Listen>(
    listener: L,
    board: SharedBoard,
    config: Config,
    shutdown: impl Future<Output = ()>,
) {
    raw_http::serve(listener, handler(board), config, shutdown).await;
}

/// Answers requests for a board. Nothing here waits, and that is the whole trouble with
/// it: a client that wants to know when something happens has to keep asking.
pub fn handler(board: SharedBoard) -> impl Handler {
    move |request: Request| {
        let response = answer(&board, &request);
        async move { response }
    }
}

/// The answer to one request:
///
/// | | |
/// |---|---|
/// | `GET /events?after=N` | the events after the cursor `N`; without `after`, all that are kept |
/// | `GET /board` | all events that are kept, with an `ETag`; 304 for those who have it |
/// | `POST /events` | publishes the body, UTF-8 text, as an event |
///
/// `HEAD` goes wherever `GET` goes.
pub fn answer(board: &SharedBoard, request: &Request) -> Response {
    let (path, query) = request.path_and_query();
    match (path, request.method.as_str()) {
        ("/events", "GET" | "HEAD") => events(board, query),
        ("/events", "POST") => publish(board, &request.body),
        ("/events", _) => method_not_allowed("GET, HEAD, POST"),
        ("/board", "GET" | "HEAD") => whole_board(board, request),
        ("/board", _) => method_not_allowed("GET, HEAD"),
        _ => {
            let routes = "GET /events?after=N, GET /board, POST /events";
            Refusal::because(format_args!("there is nothing here, but {routes}"))
                .with_status(404)
        }
    }
}

fn events(board: &SharedBoard, query: Option<&str>) -> Response {
    let page = match cursor(query) {
        Ok(None) => board.snapshot(),
        Ok(Some(cursor)) => match board.since(cursor) {
            Ok(page) => page,
            Err(future) => {
                let mut refusal = Refusal::because(future);
                refusal.last = Some(future.last);
                return refusal.with_status(400);
            }
        },
        Err(bad) => return Refusal::because(bad).with_status(400),
    };
    // RFC 9111 §5.2.2.5: the same question has another answer a moment later, so nothing
    // on the way may keep this one.
    json(200, &page).header("Cache-Control", "no-store")
}

fn whole_board(board: &SharedBoard, request: &Request) -> Response {
    let page = board.snapshot();
    // Strong: the same last event means the same events, and so the same bytes.
    let tag = EntityTag::numbered(page.next);
    let known = none_match_fails(request.headers.get_all("If-None-Match"), &tag);
    let response = match known {
        true => Response::new(304),
        false => json(200, &page),
    };
    // RFC 9110 §15.4.5: a 304 has the ETag and Cache-Control that the 200 has.
    // `no-cache`: an answer may be kept, and not be used without asking again.
    response
        .header("ETag", &tag.to_string())
        .header("Cache-Control", "no-cache")
}

fn publish(board: &SharedBoard, body: &Bytes) -> Response {
    if body.len() > MAX_TEXT {
        let error = format_args!("the text of an event has at most {MAX_TEXT} bytes");
        return Refusal::because(error).with_status(413);
    }
    match std::str::from_utf8(body) {
        Ok(text) => {
            let seq = board.append(text);
            // An event has no address of its own, so there is no Location (RFC 9110
            // §9.3.3): the sequence number identifies it.
            json(201, &Published { seq }).header("Cache-Control", "no-store")
        }
        Err(error) => {
            let at = error.valid_up_to();
            let error = format_args!("the text is not UTF-8: see its byte {at}");
            Refusal::because(error).with_status(400)
        }
    }
}

/// The body of the answer to a `POST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The sequence number that the event got.
    pub seq: u64,
}

/// RFC 9110 §15.5.6: a 405 must say what is allowed.
fn method_not_allowed(allow: &str) -> Response {
    Refusal::because(format_args!("the methods here are {allow}"))
        .with_status(405)
        .header("Allow", allow)
}

fn json(status: u16, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("no map has a key that is not a text");
    Response::json(status, body)
}

/// Why a query names no cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadCursor {
    /// The value of `after` is not a number, or is greater than 2⁶⁴ − 1.
    NotANumber(String),
    /// `after` stands there more than once.
    Repeated,
}

impl fmt::Display for BadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(value) => write!(
                f,
                "`after` is the number of the last event you have, and not {value:?}"
            ),
            Self::Repeated => f.write_str("`after` stands in the query more than once"),
        }
    }
}

impl std::error::Error for BadCursor {}

/// The cursor that a query asks with: the number after `after=`. `None` when there is no
/// `after`; other names are ignored.
///
/// # Errors
///
/// When `after` is no number, or is repeated.
pub fn cursor(query: Option<&str>) -> Result<Option<u64>, BadCursor> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut values = pairs.filter(|(name, _)| name == "after").map(|(_, v)| v);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(BadCursor::Repeated);
    }
    // `parse` alone would take a plus sign.
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(cursor) if digits => Ok(Some(cursor)),
        _ => Err(BadCursor::NotANumber(value.into_owned())),
    }
}
