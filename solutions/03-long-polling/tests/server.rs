//! The exercises' server, with the repaired `hold` behind it: the routes and the bytes of
//! the chapter's own server.

use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::{Hold, WaitingBoard};
use raw_http::{Handler, Request};
use short_polling::Board;
use sol03_long_polling::e1_overslept;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use wiretap::harness;

#[path = "../../../exercises/03-long-polling/src/server.rs"]
mod server;

/// What either answers to all of these, one after the other.
async fn answers(server: impl Handler) -> Vec<raw_http::Response> {
    let waiting = server.clone();
    let held =
        tokio::spawn(
            async move { waiting.call(Request::get("/events?after=0")).await },
        );
    sleep(Duration::from_secs(7)).await;
    let mut answers = Vec::new();
    for request in [
        Request::post("/events", "hello"),
        Request::get("/events"),
        Request::get("/events?after=0"),
        // Nothing for 30 s.
        Request::get("/events?after=1"),
        Request::get("/events?after=2"),
        Request::get("/events?after=x"),
        Request::new("HEAD", "/events?after=1"),
        Request::get("/board"),
        Request::new("PUT", "/events"),
        Request::get("/nothing"),
    ] {
        answers.push(server.call(request).await);
    }
    answers.push(held.await.expect("no panic"));
    answers
}

#[test]
fn it_answers_as_the_chapters_server_does() {
    harness::run("two servers", async {
        let capacity = NonZeroUsize::new(256).expect("256 is not 0");
        let board = WaitingBoard::new(Board::new(capacity).into(), 100);
        let chapters =
            long_polling::handler(board, Hold::default(), Default::default());
        let yours = server::handler(CancellationToken::new());
        assert_eq!(answers(yours).await, answers(chapters).await);
    });
}

/// What a question gets that is held when the server is told to stop, after 7 s.
async fn answer_at_the_end(
    server: impl Handler,
    stopping: CancellationToken,
) -> raw_http::Response {
    let start = Instant::now();
    let held =
        tokio::spawn(async move { server.call(Request::get("/events?after=0")).await });
    sleep(Duration::from_secs(7)).await;
    stopping.cancel();
    let answer = held.await.expect("no panic");
    assert_eq!(start.elapsed(), Duration::from_secs(7));
    answer
}

#[test]
fn when_it_stops_it_answers_as_the_chapters_server_does() {
    harness::run("two servers that stop", async {
        let capacity = NonZeroUsize::new(256).expect("256 is not 0");
        let board = WaitingBoard::new(Board::new(capacity).into(), 100);
        let stopping = CancellationToken::new();
        let chapters = long_polling::handler(board, Hold::default(), stopping.clone());
        let chapters = answer_at_the_end(chapters, stopping).await;
        let stopping = CancellationToken::new();
        let yours = server::handler(stopping.clone());
        assert_eq!(answer_at_the_end(yours, stopping).await, chapters);
        assert_eq!(chapters.status, 200);
    });
}
