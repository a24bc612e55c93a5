//! The exercises' server, with the repaired `hold` behind it: the routes and the bytes of
//! the chapter's own server.

use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::{Hold, WaitingBoard};
use raw_http::{Handler, Request};
use short_polling::Board;
use sol03_long_polling::e1_overslept;
use tokio::time::sleep;
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
        assert_eq!(answers(server::handler()).await, answers(chapters).await);
    });
}
