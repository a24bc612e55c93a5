//! The contract of every transport, for long polling.

use std::num::NonZeroUsize;

use long_polling::{Hold, WaitingBoard, long_poller, serve};
use raw_http::{Client, Config};
use short_polling::scenario::event_times;
use short_polling::{Board, Notice, Poller};
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Ledger, LinkListener};

/// Long polling, over a kept connection or over a fresh one for each poll.
#[derive(Clone, Copy)]
struct LongPolling {
    keep_alive: bool,
}

const BOTH: [LongPolling; 2] = [
    LongPolling { keep_alive: true },
    LongPolling { keep_alive: false },
];

impl Transport for LongPolling {
    type Board = WaitingBoard;
    type Reader = LongPoller;

    fn name(&self) -> String {
        let connection = if self.keep_alive { "kept" } else { "fresh" };
        format!("long polling, {connection}")
    }

    /// The answer to one event is on its way while the next happens: it has to wait for
    /// the next question. And while a question is held, its connection is taken.
    fn cannot(&self) -> &'static [Promise] {
        &[Promise::InARow, Promise::TalksBack]
    }

    fn board(&self, last: u64, kept: NonZeroUsize) -> WaitingBoard {
        WaitingBoard::new(Board::following(last, kept).into(), 100)
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
        serve(
            listener,
            board,
            Hold::default(),
            Config::default(),
            shutdown,
        )
        .await;
    }

    fn reader(&self, road: Road, cursor: u64) -> LongPoller {
        let client = Client::new(road, "board.test").keep_alive(self.keep_alive);
        LongPoller(long_poller(client, 0).resume_after(cursor))
    }
}

struct LongPoller(Poller<Road>);

impl Reader for LongPoller {
    async fn next(&mut self) -> Told {
        match self.0.next().await {
            Notice::Event(event) => Told::Event(event.seq, event.text),
            Notice::Gap(gap) => Told::Gap(gap.first, gap.last),
            Notice::Restarted { .. } | Notice::Failed { .. } => Told::Failed,
        }
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
    contract::record!("ledger_row", contract::ledger_rows(&rows));
}
