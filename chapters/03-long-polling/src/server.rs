//! The board over HTTP once more: one of its questions is now answered later.

use std::future::Future;
use std::time::Duration;

use raw_http::{Config, Handler, Request, Response};
use short_polling::{Page, Refusal, answer, cursor};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::board::{WaitError, WaitingBoard};
use crate::waiters::Full;

/// How a request is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// For how long, when nothing happens. RFC 6202 §5.5: 30 s are safe, since what lies
    /// between client and server waits longer than that; up to 120 s have been seen to
    /// work.
    pub time: Duration,
    /// When those shall come back who find no place to wait in, in whole seconds.
    pub retry_after: Duration,
}

impl Default for Hold {
    /// 30 s, and 5 s.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(30),
            retry_after: Duration::from_secs(5),
        }
    }
}

/// Serves a board until `shutdown` resolves. Requests that are held then are answered at
/// once, with an empty page: nobody has to wait for them. For the rest see
/// [`raw_http::serve`].
///
/// A held request is a connection, so [`Config::max_connections`] has to leave room
/// beside the board's waiters, for those who publish and for the 503.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. The board stays as it is.
pub async fn serve<L: Listen>(
    listener: L,
    board: WaitingBoard,
    hold: Hold,
    config: Config,
    shutdown: impl Future<Output = ()>,
) {
    let stopping = CancellationToken::new();
    let handler = handler(board, hold, stopping.clone());
    let shutdown = async {
        shutdown.await;
        stopping.cancel();
    };
    raw_http::serve(listener, handler, config, shutdown).await;
}

/// Answers requests for a board. All is as in chapter 2, but `GET /events?after=N` is
/// answered when something has happened after the event `N`, or after
/// [`hold.time`](Hold::time), or when `stopping` is cancelled.
pub fn handler(
    board: WaitingBoard,
    hold: Hold,
    stopping: CancellationToken,
) -> impl Handler {
    move |request: Request| {
        let (board, stopping) = (board.clone(), stopping.clone());
        async move {
            let Some(cursor) = held(&request) else {
                return at_once(&board, &request);
            };
            let end = async {
                tokio::select! {
                    () = sleep(hold.time) => {}
                    () = stopping.cancelled() => {}
                }
            };
            match board.wait(cursor, end).await {
                Ok(page) => self::page(&page),
                Err(WaitError::Full(full)) => come_back(full, hold.retry_after),
                // 400, and chapter 2 knows how to put it.
                Err(WaitError::FutureCursor(_)) => answer(board.board(), &request),
            }
        }
    }
}

/// Chapter 2's answer; whoever waits hears of what was published.
fn at_once(board: &WaitingBoard, request: &Request) -> Response {
    match request.method.as_str() {
        "POST" => board.change(|board| answer(board, request)),
        _ => answer(board.board(), request),
    }
}

/// The cursor of a request that may be held.
fn held(request: &Request) -> Option<u64> {
    match (request.path_and_query(), request.method.as_str()) {
        (("/events", query), "GET") => cursor(query).ok().flatten(),
        _ => None,
    }
}

fn page(page: &Page) -> Response {
    let body = serde_json::to_vec(page).expect("no map has a key that is not a text");
    // RFC 6202 §2.2: what was held for one client is not for a cache to give to another.
    Response::json(200, body).header("Cache-Control", "no-store")
}

/// RFC 9110 §15.6.4: a server that is busy may say for how long.
fn come_back(full: Full, after: Duration) -> Response {
    let refusal = Refusal {
        error: full.to_string(),
        last: None,
    };
    let body =
        serde_json::to_vec(&refusal).expect("no map has a key that is not a text");
    Response::json(503, body)
        .header("Retry-After", &after.as_secs().to_string())
        .header("Cache-Control", "no-store")
}
