//! The chapter's board and its cursors, with your `blocks` in the stream.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use bytes::Bytes;
use http_streaming::{Answer, Handler, Source};
use long_polling::WaitingBoard;
use raw_http::{Headers, Request, Response};
use server_sent_events::{EVENT_STREAM, Events, RESTARTED, Streams, Telling, asked};
use short_polling::{Board, Event, Page, answer};
use tokio::time::timeout;

use crate::e1_blocks::blocks;

/// How many events are kept.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");
/// After this much silence a comment is told.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Answers by way of your blocks. What has nothing to do with them, such as a text that
/// is too long, the earlier chapters answer.
pub(crate) fn handler() -> impl Handler<Source = Yours> {
    let board = WaitingBoard::new(Board::new(CAPACITY).into(), 0);
    let events = Events::new(board, Streams::default());
    move |request: Request| {
        let answer = respond(&events, &request);
        async move { answer }
    }
}

fn respond(events: &Events, request: &Request) -> Answer<Yours> {
    let (path, query) = request.path_and_query();
    if path != "/stream" || request.method != "GET" {
        let response = events.board().change(|board| answer(board, request));
        return Answer::Whole(response);
    }
    if attempt(&sample()).is_none() {
        return Answer::Whole(Response::text(
            500,
            "blocks panicked: exercise e1_blocks is not solved yet. Your code is in \
             exercises/05-server-sent-events/src/e1_blocks.rs, and the terminal of this \
             server shows what it said.\n",
        ));
    }
    let id = request.headers.get("Last-Event-ID");
    match asked(id, query).map(|cursor| events.resume(cursor)) {
        Ok(Some(telling)) => Answer::Stream(fields(), Yours(telling)),
        Ok(None) => Answer::Whole(Response::new(204)),
        Err(error) => Answer::Whole(Response::text(400, error)),
    }
}

fn fields() -> Headers {
    Headers::from_iter([
        ("Content-Type", EVENT_STREAM),
        ("Cache-Control", "no-store"),
    ])
}

/// A page to try `blocks` with.
fn sample() -> Page {
    let event = Event {
        seq: 1,
        text: "a text".to_owned(),
    };
    Page {
        gap: None,
        events: vec![event],
        next: 1,
    }
}

/// What `blocks` writes, or `None` when it panics.
fn attempt(page: &Page) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| blocks(page))).ok()
}

/// A stream of your blocks.
pub(crate) struct Yours(Telling);

impl Source for Yours {
    async fn next(&mut self) -> Option<Bytes> {
        let Ok(news) = timeout(HEARTBEAT, self.0.next()).await else {
            return Some(": still here\n".into());
        };
        let news = news?;
        let mut out = String::new();
        if let Some(retry) = news.retry {
            out += &format!("retry: {}\n\n", retry.as_millis());
        }
        if let Some(restarted) = news.restarted {
            // Your server was started again, and its board is a new one.
            let data = serde_json::to_string(&restarted).expect("two numbers are JSON");
            out += &format!("event: {RESTARTED}\nid: 0\ndata: {data}\n\n");
        }
        if let Some(page) = &news.page {
            // When it panics on this page and not on the sample, the stream ends.
            out += &attempt(page)?;
        }
        Some(out.into())
    }
}
