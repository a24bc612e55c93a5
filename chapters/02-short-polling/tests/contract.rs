//! The contract of every transport, for short polling.

use std::num::NonZeroUsize;
use std::time::Duration;

use raw_http::{Client, Config};
use short_polling::scenario::{Scenario, event_times};
use short_polling::{Board, Notice, Pace, Poller, SharedBoard, Variant, serve};
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Ledger, LinkListener};

const INTERVAL: Duration = Duration::from_secs(1);

/// Short polling by cursor, once a second, over a kept connection or over fresh ones.
#[derive(Clone, Copy)]
struct ShortPolling {
    keep_alive: bool,
}

const BOTH: [ShortPolling; 2] = [
    ShortPolling { keep_alive: true },
    ShortPolling { keep_alive: false },
];

impl Transport for ShortPolling {
    type Board = SharedBoard;
    type Reader = Polls;

    fn name(&self) -> String {
        let connection = if self.keep_alive { "kept" } else { "fresh" };
        format!("short polling, {connection}")
    }

    /// An event waits until somebody asks, and whoever says something asks anew.
    fn cannot(&self) -> &'static [Promise] {
        &[Promise::AtOnce, Promise::InARow, Promise::TalksBack]
    }

    fn board(&self, last: u64, kept: NonZeroUsize) -> SharedBoard {
        SharedBoard::new(Board::following(last, kept))
    }

    fn append(&self, board: &SharedBoard, text: String) -> u64 {
        board.append(text)
    }

    async fn serve(
        &self,
        listener: LinkListener,
        board: SharedBoard,
        shutdown: Shutdown,
    ) {
        serve(listener, board, Config::default(), shutdown).await;
    }

    fn reader(&self, road: Road, cursor: u64) -> Polls {
        let client = Client::new(road, "board.test").keep_alive(self.keep_alive);
        let pace = Pace::new(INTERVAL, 0.0, 0);
        let poller = Poller::new(client, Variant::Cursor, pace);
        Polls(poller.resume_after(cursor))
    }
}

struct Polls(Poller<Road>);

impl Reader for Polls {
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
    // It is the work of this chapter's own scenario.
    for (transport, (name, ledger)) in BOTH.into_iter().zip(&rows) {
        let scenario = Scenario {
            keep_alive: transport.keep_alive,
            ..Scenario::every(INTERVAL)
        };
        assert_eq!(*ledger, Ledger::of(&scenario.play()), "{name}");
    }
    contract::record!("ledger_row", contract::ledger_rows(&rows));
}
