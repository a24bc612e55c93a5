//! The contract of every transport, for a WebSocket.

use std::num::NonZeroUsize;

use connection::{
    Config, Event, Message, Notice, Reader as Receiving, ServerConfig, Writer, connect,
    serve_board,
};
use handshake::{Offer, Policy};
use long_polling::WaitingBoard;
use short_polling::Board;
use short_polling::scenario::event_times;
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Dial as _, Ledger, LinkListener, LinkStream};

/// A board over a WebSocket.
#[derive(Debug, Clone, Copy)]
struct OverWebSocket;

impl Transport for OverWebSocket {
    type Board = WaitingBoard;
    type Reader = Client;

    fn name(&self) -> String {
        "WebSocket, by hand".to_owned()
    }

    /// RFC 6455 knows no cursor: a connection that is over is over, and nothing in it tells
    /// its client where it was. Chapter 14 builds that on top.
    fn cannot(&self) -> &'static [Promise] {
        &[Promise::Resumes, Promise::Restart]
    }

    fn board(&self, last: u64, kept: NonZeroUsize) -> WaitingBoard {
        WaitingBoard::new(Board::following(last, kept).into(), 0)
    }

    fn append(&self, board: &WaitingBoard, text: String) -> u64 {
        board.append(text)
    }

    async fn serve(
        &self,
        listener: LinkListener,
        board: WaitingBoard,
        shutdown: Shutdown,
    ) {
        let config = ServerConfig::default();
        serve_board(listener, board, Policy::default(), config, shutdown).await;
    }

    fn reader(&self, road: Road, cursor: u64) -> Client {
        Client::Begin(road, cursor)
    }
}

/// A client that connects once.
enum Client {
    Begin(Road, u64),
    Open(Box<(Receiving<LinkStream>, Writer<LinkStream>)>),
    Over,
}

impl Client {
    async fn open(road: &Road, cursor: u64) -> Self {
        let Ok(io) = road.dial().await else {
            return Self::Over;
        };
        let url = format!("ws://board.test/?after={cursor}");
        let offer = Offer::new(&url.parse().expect("a URL"));
        match connect(io, offer, Config::default()).await {
            Ok((websocket, _terms)) => Self::Open(Box::new(websocket.split())),
            Err(_) => Self::Over,
        }
    }
}

impl Reader for Client {
    async fn next(&mut self) -> Told {
        if let Self::Begin(road, cursor) = self {
            *self = Self::open(road, *cursor).await;
        }
        if let Self::Open(halves) = self {
            while let Some(event) = halves.0.read().await {
                if let Event::Message(Message::Text(text)) = event {
                    return match serde_json::from_str(&text).expect("a notice") {
                        Notice::Event(event) => Told::Event(event.seq, event.text),
                        Notice::Gap { gap } => Told::Gap(gap.first, gap.last),
                    };
                }
            }
            *self = Self::Over;
        }
        Told::Failed
    }

    async fn say(&mut self, text: &str) -> bool {
        let Self::Open(halves) = self else {
            return false;
        };
        let writer = &mut halves.1;
        writer.send(Message::Text(text.into())).await.is_ok()
    }
}

#[test]
fn the_promises() {
    contract::record!(
        "contract",
        contract::rows(&[contract::examine(OverWebSocket)])
    );
}

#[test]
fn thousands_of_networks() {
    contract::chop(OverWebSocket);
}

#[test]
fn the_row_of_the_ledger() {
    let transcript = contract::ledger(OverWebSocket, &event_times());
    let rows = [("WebSocket, by hand".to_owned(), Ledger::of(&transcript))];
    contract::record!("ledger_row", contract::ledger_rows(&rows));
}
