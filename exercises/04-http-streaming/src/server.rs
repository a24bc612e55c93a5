//! The routes of the chapter's server, with your `tell` behind `/stream`.

use long_polling::WaitingBoard;
use raw_http::{Connection, Limits, Request};
use short_polling::{Board, answer, cursor};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use wiretap::Listen;

use crate::subject::e2_flush::tell;

/// Serves for ever. What one connection does, a panic included, is its own affair.
pub(crate) async fn serve<L: Listen>(mut listener: L) {
    let kept = 256.try_into().expect("256 is not 0");
    let board = WaitingBoard::new(Board::new(kept).into(), 0);
    let mut connections = JoinSet::new();
    while let Ok(io) = listener.accept().await {
        let board = board.clone();
        connections.spawn(async move { serve_one(io, &board).await });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_one<Io: AsyncRead + AsyncWrite + Unpin>(io: Io, board: &WaitingBoard) {
    let mut connection = Connection::new(io, Limits::default());
    while let Ok(Some(request)) = connection.next_request().await {
        if let Some(after) = streamed(board, &request) {
            return stream(connection.into_parts().0, board, after).await;
        }
        let response = board.change(|board| answer(board, &request));
        connection.respond(&response, None);
        if connection.flush().await.is_err() || !connection.keeps_alive() {
            break;
        }
    }
    let _ = connection.close().await;
}

/// The cursor of a request for the stream; a wrong one is as good as none.
fn streamed(board: &WaitingBoard, request: &Request) -> Option<u64> {
    let (path, query) = request.path_and_query();
    let after = cursor(query).ok().flatten().unwrap_or(0);
    (path == "/stream").then(|| after.min(board.board().last()))
}

/// Lets `tell` tell what happens.
async fn stream(io: impl AsyncWrite + Unpin, board: &WaitingBoard, after: u64) {
    let (send, events) = mpsc::channel(16);
    let feed = async move {
        let mut cursor = after;
        while let Ok(page) = board.after(cursor).await {
            cursor = page.next;
            for event in page.events {
                let line = serde_json::to_string(&event).expect("a number and a text");
                if send.send(line).await.is_err() {
                    return;
                }
            }
        }
    };
    tokio::join!(feed, async {
        // A client that has gone has nobody to be told.
        let _ = tell(events, io).await;
    });
}
