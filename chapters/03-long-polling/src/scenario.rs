//! Long polling, played over a simulated link: what the page's tables and figures are made
//! of.

mod figures;
mod tables;

use std::num::NonZeroUsize;
use std::time::Duration;

use raw_http::{Client, Config};
use short_polling::{Board, Notice, Poller};
use tokio::time::{Instant, sleep_until};
use wiretap::{Dial, Link, LinkDialer, Recorder, Side};

use crate::board::WaitingBoard;
use crate::client::long_poller;
use crate::proxy::proxy;
use crate::server::{Hold, serve};

pub use figures::{
    a_held_request, a_proxy_gives_up, a_quiet_half_minute, the_worst_case,
};
pub use tables::{patience, phases, rates};

/// The round-trip time of the link: a transit takes half of it.
pub const RTT: Duration = Duration::from_millis(100);

/// More events than a scenario has.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(10_000).expect("10,000 is not 0");

/// A server with a board at one end of a link, and the way to it.
fn stage(recorder: &Recorder, hold: Hold) -> (WaitingBoard, LinkDialer) {
    let board = WaitingBoard::new(Board::new(CAPACITY).into(), 100);
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    // The server ends with the scenario's runtime.
    let forever = std::future::pending();
    tokio::spawn(serve(
        listener,
        board.clone(),
        hold,
        Config::default(),
        forever,
    ));
    (board, dialer)
}

/// The same with a proxy in front of it, on another link: only that one is recorded.
fn stage_behind_a_proxy(
    recorder: &Recorder,
    hold: Hold,
    patience: Duration,
) -> (WaitingBoard, LinkDialer) {
    let (board, server) = stage(&Recorder::new("behind the proxy"), hold);
    recorder.name(Side::Server, "proxy");
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    let handler = proxy(server, "board.test", patience);
    let forever = std::future::pending();
    tokio::spawn(raw_http::serve(
        listener,
        handler,
        Config::default(),
        forever,
    ));
    (board, dialer)
}

fn reader<D: Dial>(dialer: D, keep_alive: bool) -> Poller<D> {
    let client = Client::new(dialer, "board.test").keep_alive(keep_alive);
    long_poller(client, 0).resume_after(0)
}

/// Lets events happen at these times from now on.
async fn publish(board: WaitingBoard, recorder: Recorder, times: Vec<Duration>) {
    let start = Instant::now();
    for time in times {
        sleep_until(start + time).await;
        // Recorded before anybody is woken by it.
        board.change(|board| {
            let seq = board.append(format!("event {}", board.last() + 1));
            recorder.published(seq);
        });
    }
}

/// Reads until `end`, and gives how many polls failed.
async fn read<D: Dial>(mut poller: Poller<D>, recorder: Recorder, end: Instant) -> u64 {
    let mut failures = 0;
    loop {
        let notice = tokio::select! {
            biased;
            () = sleep_until(end) => return failures,
            notice = poller.next() => notice,
        };
        match notice {
            Notice::Event(event) => recorder.delivered(event.seq),
            Notice::Failed { .. } => failures += 1,
            surprise => panic!("on a link without faults: {surprise:?}"),
        }
    }
}
