//! The contract of every transport, for HTTP streaming by hand and with hyper.

use std::num::NonZeroUsize;
use std::time::Duration;

use http_streaming::{EventStream, Message, handler, serve, with_hyper};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use short_polling::scenario::event_times;
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Ledger, LinkListener, LinkStream};

const KEEP_ALIVE: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_secs(40);

/// One stream of a board.
#[derive(Debug, Clone, Copy)]
enum HttpStreaming {
    ByHand,
    Hyper,
}

const BOTH: [HttpStreaming; 2] = [HttpStreaming::ByHand, HttpStreaming::Hyper];

impl Transport for HttpStreaming {
    type Board = WaitingBoard;
    type Reader = OneStream;

    fn name(&self) -> String {
        let by = match self {
            Self::ByHand => "by hand",
            Self::Hyper => "hyper",
        };
        format!("HTTP streaming, {by}")
    }

    /// A stream that is over is over. That its reader may ask for another one, from where
    /// this one broke off, is the reader's doing: nothing in the stream tells it where
    /// that was, or to do it.
    fn cannot(&self) -> &'static [Promise] {
        &[Promise::Resumes, Promise::Restart, Promise::TalksBack]
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
        let handler = handler(board, KEEP_ALIVE);
        let config = Config {
            // Longer than the suite's slow reader is slow: within the usual 30 s it would
            // be given up, by the server that has such a deadline.
            write_deadline: Duration::from_secs(300),
            ..Config::default()
        };
        match self {
            Self::ByHand => serve(listener, handler, config, shutdown).await,
            Self::Hyper => with_hyper::serve(listener, handler, config, shutdown).await,
        }
    }

    fn reader(&self, road: Road, cursor: u64) -> OneStream {
        OneStream::Begin(road, cursor)
    }
}

/// A client that asks once.
enum OneStream {
    Begin(Road, u64),
    Told(Box<EventStream<LinkStream>>),
    Over,
}

impl Reader for OneStream {
    async fn next(&mut self) -> Told {
        if let Self::Begin(road, cursor) = self {
            let stream =
                EventStream::follow(road, "board.test", Some(*cursor), SILENCE).await;
            *self = stream.map_or(Self::Over, |stream| Self::Told(Box::new(stream)));
        }
        if let Self::Told(stream) = self {
            match stream.next().await {
                Ok(Some(Message::Event(event))) => {
                    return Told::Event(event.seq, event.text);
                }
                Ok(Some(Message::Gap { gap })) => {
                    return Told::Gap(gap.first, gap.last);
                }
                Ok(None) | Err(_) => *self = Self::Over,
            }
        }
        Told::Failed
    }
}

#[test]
fn the_promises() {
    let rows = contract::rows(&BOTH.map(contract::examine));
    contract::record!("contract", rows);
}

#[test]
fn thousands_of_networks() {
    BOTH.into_iter().for_each(contract::chop);
}

#[test]
fn the_row_of_the_ledger() {
    let rows = BOTH.map(|transport| {
        let transcript = contract::ledger(transport, &event_times());
        (transport.name(), Ledger::of(&transcript))
    });
    for (name, ledger) in &rows {
        assert_eq!((ledger.connections, ledger.requests), (1, 1), "{name}");
        let latency = ledger.latency.expect("events were told");
        assert_eq!((latency.min_us, latency.max_us), (50_000, 50_000), "{name}");
    }
    contract::record!("ledger_row", contract::ledger_rows(&rows));
}
