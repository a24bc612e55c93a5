//! The routes of the chapter's server, with your `hold` behind `GET /events?after=N`.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use raw_http::{Handler, Request, Response};
use short_polling::{Board, SharedBoard, answer, cursor};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::e1_overslept::hold;

/// How many events are kept.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
/// For how long a question is held.
const TIME: Duration = Duration::from_secs(30);

/// Holds questions with your function, until `stopping` is cancelled; all else chapter 2
/// answers.
pub(crate) fn handler(stopping: CancellationToken) -> impl Handler {
    let board = SharedBoard::new(Board::new(CAPACITY));
    let bell = Arc::new(Notify::new());
    move |request: Request| {
        let (board, bell) = (board.clone(), Arc::clone(&bell));
        let stopping = stopping.clone();
        async move {
            let (path, query) = request.path_and_query();
            match (path, request.method.as_str(), cursor(query)) {
                ("/events", "GET", Ok(Some(cursor))) => {
                    let page = tokio::select! {
                        page = hold(&board, &bell, cursor, TIME) => page,
                        // Whoever waits then is answered at once, as in the chapter.
                        () = stopping.cancelled() => board.since(cursor),
                    };
                    match page {
                        Ok(page) => {
                            let page = serde_json::to_vec(&page).expect("JSON");
                            Response::json(200, page)
                                .header("Cache-Control", "no-store")
                        }
                        Err(_) => answer(&board, &request),
                    }
                }
                ("/events", "POST", _) => {
                    let response = answer(&board, &request);
                    bell.notify_waiters();
                    response
                }
                _ => answer(&board, &request),
            }
        }
    }
}
