//! The board of chapter 2 over a WebSocket, which for once goes both ways.

use std::borrow::Cow;

use handshake::{Accepted, Policy, Refusal};
use long_polling::WaitingBoard;
use messages::Message;
use raw_http::{RequestHead, Response};
use serde::{Deserialize, Serialize};
use short_polling::{Event as BoardEvent, Gap, Page, cursor};
use tokio::io::{AsyncRead, AsyncWrite};
use wiretap::Listen;

use crate::event::{Event, SendError};
use crate::reader::Reader;
use crate::server::{ServerConfig, serve};
use crate::websocket::WebSocket;
use crate::writer::Writer;

/// What a server tells, each as a text of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Notice {
    /// Something happened: `{"seq":1,"text":"kick-off"}`.
    Event(BoardEvent),
    /// Some of it is no longer kept: `{"gap":{"first":1,"last":2}}`.
    Gap {
        /// What is missing.
        gap: Gap,
    },
}

impl Notice {
    /// Everything on a page of the board.
    pub fn all_of(page: Page) -> impl Iterator<Item = Self> {
        let gap = page.gap.map(|gap| Self::Gap { gap });
        gap.into_iter()
            .chain(page.events.into_iter().map(Self::Event))
    }

    /// As the message that tells it.
    pub fn to_message(&self) -> Message<'static> {
        let json = serde_json::to_string(self).expect("numbers and texts are JSON");
        Message::Text(Cow::Owned(json))
    }
}

/// Serves a board over WebSockets at `/?after=CURSOR`: tells what happens after the cursor,
/// and takes each text that comes for something that has happened.
pub async fn serve_board<L: Listen>(
    listener: L,
    board: WaitingBoard,
    policy: Policy,
    config: ServerConfig,
    shutdown: impl Future<Output = ()>,
) {
    let decide = move |request: &RequestHead| {
        let (terms, cursor) = check(request, &policy, &board)?;
        let board = board.clone();
        Ok((terms, move |websocket| tell(websocket, board, cursor)))
    };
    serve(listener, config, decide, shutdown).await;
}

fn check(
    request: &RequestHead,
    policy: &Policy,
    board: &WaitingBoard,
) -> Result<(Accepted, u64), Refusal> {
    let terms = policy.check(request)?;
    let query = request.target.split_once('?').map(|(_, query)| query);
    let cursor = cursor(query).map_err(|error| error.to_string());
    let cursor = cursor.map(Option::unwrap_or_default).and_then(|cursor| {
        let known = board
            .board()
            .since(cursor)
            .map_err(|error| error.to_string());
        known.map(|_| cursor)
    });
    let refused = |error| Refusal::Answer(Response::text(400, format!("{error}\n")));
    Ok((terms, cursor.map_err(refused)?))
}

/// Tells the events of a board after `cursor`, and adds what the client says to it, until
/// the connection is over.
pub async fn tell<Io>(websocket: WebSocket<Io>, board: WaitingBoard, cursor: u64)
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    let (mut reader, mut writer) = websocket.split();
    // Two things at once in one task. When there is nothing to tell any more, or nobody to
    // tell it to, the reader still comes to its end.
    let listening = listen(&mut reader, &board);
    tokio::pin!(listening);
    tokio::select! {
        () = &mut listening => {}
        Err(_closed) = tell_news(&mut writer, &board, cursor) => listening.await,
    }
}

/// There is no queue here: what a client has not been told is on the board. One that is too
/// slow for that is told of a gap.
async fn tell_news<Io: AsyncRead + AsyncWrite + Unpin>(
    writer: &mut Writer<Io>,
    board: &WaitingBoard,
    mut cursor: u64,
) -> Result<(), SendError> {
    // A board does not go back: a cursor that was right stays right.
    while let Ok(page) = board.after(cursor).await {
        cursor = page.next;
        for notice in Notice::all_of(page) {
            writer.send(notice.to_message()).await?;
        }
    }
    Ok(())
}

async fn listen<Io>(reader: &mut Reader<Io>, board: &WaitingBoard)
where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(event) = reader.read().await {
        match event {
            Event::Message(Message::Text(text)) => drop(board.append(text)),
            Event::Message(Message::Binary(_)) => {}
            Event::Ping(_) | Event::Pong(_) | Event::Closed(_) => {}
        }
    }
}
