//! The contract of every transport, for server-sent events by hand and with axum.

use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::WaitingBoard;
use raw_http::Config;
use server_sent_events::{
    EventSource, Events, GAP, Notice, Options, Streams, serve, with_axum,
};
use short_polling::scenario::event_times;
use short_polling::{Board, Gap};
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Ledger, LinkListener};

/// Event streams of a board.
#[derive(Debug, Clone, Copy)]
enum ServerSentEvents {
    ByHand,
    Axum,
}

const BOTH: [ServerSentEvents; 2] = [ServerSentEvents::ByHand, ServerSentEvents::Axum];

impl Transport for ServerSentEvents {
    type Board = WaitingBoard;
    type Reader = Follower;

    fn name(&self) -> String {
        let by = match self {
            Self::ByHand => "by hand",
            Self::Axum => "axum",
        };
        format!("server-sent events, {by}")
    }

    /// A stream has one direction. And what is sent as lines has no CR in it; as JSON,
    /// which is how the server with axum sends it, it has.
    fn cannot(&self) -> &'static [Promise] {
        match self {
            Self::ByHand => &[Promise::AnyText, Promise::TalksBack],
            // hyper keeps some 400 KiB for each reader before it asks for no more, and
            // `axum::serve` has no switch for that.
            Self::Axum => &[Promise::SlowReader, Promise::TalksBack],
        }
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
        let events = Events::new(board, Streams::default());
        match self {
            Self::ByHand => {
                let config = Config {
                    // Longer than the suite's slow reader is slow: within the usual 30 s
                    // it would be given up.
                    write_deadline: Duration::from_secs(300),
                    ..Config::default()
                };
                serve(listener, events, config, shutdown).await;
            }
            Self::Axum => {
                let end = EndsOnDrop(events.clone());
                let ending = events.clone();
                let shutdown = async move {
                    shutdown.await;
                    // Or it would wait for its streams, which have no end.
                    ending.end();
                };
                with_axum::serve(listener, events, shutdown).await;
                drop(end);
            }
        }
    }

    fn reader(&self, road: Road, cursor: u64) -> Follower {
        let target = format!("/stream?after={cursor}");
        let options = Options::default();
        Follower {
            of: *self,
            source: EventSource::new(road, "board.test", target, options),
        }
    }
}

/// axum's connections outlive the future that serves them. In a process that crashes they
/// would not, so they end with it here too.
struct EndsOnDrop(Events);

impl Drop for EndsOnDrop {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A reader that goes on after a failure too. A request that is cut off is answered with
/// 400, and any status but 200 is the end of an `EventSource`; who must not miss anything
/// makes another.
struct Follower {
    of: ServerSentEvents,
    source: EventSource<Road>,
}

impl Reader for Follower {
    async fn next(&mut self) -> Told {
        loop {
            match self.source.next().await {
                Some(Notice::Open) => {}
                Some(Notice::Message(message)) if message.event_type == GAP => {
                    let gap: Gap = serde_json::from_str(&message.data).expect("a gap");
                    return Told::Gap(gap.first, gap.last);
                }
                Some(Notice::Message(message)) => {
                    let seq = message.last_event_id.parse().expect("a number");
                    let text = match self.of {
                        ServerSentEvents::ByHand => message.data,
                        ServerSentEvents::Axum => {
                            serde_json::from_str(&message.data).expect("JSON")
                        }
                    };
                    return Told::Event(seq, text);
                }
                Some(Notice::Interrupted { .. }) => return Told::Failed,
                Some(Notice::Failed(_)) | None => {
                    self.source.reopen();
                    return Told::Failed;
                }
            }
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
