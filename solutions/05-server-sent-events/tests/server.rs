//! The exercises' server, with the solved `blocks` behind it: its streams mean what those of
//! the chapter's own server mean.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::BytesMut;
use http_streaming::{Answer, Handler, Source};
use long_polling::WaitingBoard;
use raw_http::Request;
use server_sent_events::{Events, Limits, Message, Parser, Streams};
use short_polling::Board;
use sol05_server_sent_events::e1_blocks;
use tokio::time::timeout;
use wiretap::harness;

#[path = "../../../exercises/05-server-sent-events/src/server.rs"]
mod server;

/// What a reader is told within a second that asks with this `Last-Event-ID`, after two
/// events.
async fn told(server: impl Handler, id: &str) -> Vec<Message> {
    for text in ["kick-off", "1:0\na header"] {
        let published = server.call(Request::post("/events", text)).await;
        assert!(matches!(published, Answer::Whole(answer) if answer.status == 201));
    }
    let request = Request::get("/stream").header("Last-Event-ID", id);
    let Answer::Stream(_, mut source) = server.call(request).await else {
        panic!("no stream");
    };
    let mut parser = Parser::new(Limits::default());
    let mut buffer = BytesMut::new();
    let mut messages = Vec::new();
    while let Ok(Some(piece)) = timeout(Duration::from_secs(1), source.next()).await {
        buffer.extend_from_slice(&piece);
        while let Some(message) = parser.decode(&mut buffer).expect("a short stream") {
            messages.push(message);
        }
    }
    messages
}

#[test]
fn its_streams_are_those_of_the_chapters_server() {
    harness::run("two servers", async {
        // From the beginning, from the middle, and from another board.
        for (id, count) in [("0", 2), ("1", 1), ("7", 3)] {
            let capacity = NonZeroUsize::new(100).expect("100 is not 0");
            let board = WaitingBoard::new(Board::new(capacity).into(), 0);
            let events = Events::new(board, Streams::default());
            let chapters = told(server_sent_events::handler(events), id).await;
            assert_eq!(chapters.len(), count, "{id}");
            assert_eq!(told(server::handler(), id).await, chapters, "{id}");
        }
    });
}
