//! The routes of the chapter's server, with your `Board::since` behind `/events?after=N`.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use raw_http::{Handler, Request, Response};
use short_polling::{Board, Refusal, SharedBoard, answer, cursor};

use crate::e1_since;

/// How many events are kept.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");

/// Answers by way of your board. What has nothing to do with `since`, such as a text that
/// is too long, the chapter's own board answers: both hold the same events.
pub(crate) fn handler() -> impl Handler {
    let yours = Arc::new(Mutex::new(e1_since::Board::new(CAPACITY.get())));
    let chapters = SharedBoard::new(Board::new(CAPACITY));
    move |request: Request| {
        let response = respond(&yours, &chapters, &request);
        async move { response }
    }
}

fn respond(
    yours: &Mutex<e1_since::Board>,
    chapters: &SharedBoard,
    request: &Request,
) -> Response {
    let response = answer(chapters, request);
    let (path, query) = request.path_and_query();
    match (path, request.method.as_str(), cursor(query)) {
        ("/events", "GET" | "HEAD", Ok(Some(cursor))) => since(yours, cursor),
        ("/events", "POST", _) if response.status == 201 => {
            let text = String::from_utf8_lossy(&request.body);
            lock(yours).append(&text);
            response
        }
        _ => response,
    }
}

/// Asks your board. A panic is an answer too: the server goes on.
fn since(yours: &Mutex<e1_since::Board>, cursor: u64) -> Response {
    let answer = catch_unwind(AssertUnwindSafe(|| lock(yours).since(cursor)));
    let response = match answer {
        Ok(Ok(page)) => Response::json(200, serde_json::to_vec(&page).expect("JSON")),
        Ok(Err(future)) => {
            let refusal = Refusal {
                error: future.to_string(),
                last: Some(future.last),
            };
            Response::json(400, serde_json::to_vec(&refusal).expect("JSON"))
        }
        Err(_) => Response::text(
            500,
            "Board::since panicked: exercise e1_since is not solved yet. Your code is in \
             exercises/02-short-polling/src/e1_since.rs, and the terminal of this server \
             shows what it said.\n",
        ),
    };
    response.header("Cache-Control", "no-store")
}

fn lock(board: &Mutex<e1_since::Board>) -> std::sync::MutexGuard<'_, e1_since::Board> {
    // `since` changes nothing, so its panic leaves nothing half done.
    board.lock().unwrap_or_else(PoisonError::into_inner)
}
