//! Polling, played over a simulated link and counted: what the page's tables and figures
//! are made of.
//!
//! A minute passes in milliseconds, since the clock is a paused one, and two runs give
//! the same bytes.

mod figures;
mod table;
mod tables;

use std::num::NonZeroUsize;
use std::time::Duration;

use fastrand::Rng;
use raw_http::{Client, Config};
use tokio::time::{Instant, sleep_until};
use wiretap::{Dial, Link, LinkDialer, Recorder, Transcript, harness};

use crate::board::{Board, SharedBoard};
use crate::pace::Pace;
use crate::poller::{Notice, Poller, Variant};
use crate::server::serve;

pub use figures::{a_fresh_poll, a_kept_poll, not_modified};
pub use table::Table;
pub use tables::{grouped, herd, histories, intervals, variants};

/// The round-trip time of the link.
pub const RTT: Duration = Duration::from_millis(100);
/// How long the client polls.
pub const LENGTH: Duration = Duration::from_secs(60);
/// How many events there are.
pub const EVENTS: u64 = 10;
/// How many events the board keeps: more than there are.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(2000).expect("2000 is not 0");
/// What the times of the events are drawn from. With this seed they also spread evenly
/// over an interval of 2 s, which does not divide a slot, and over polls that a handshake
/// delays.
const SEED: u64 = 2;
/// One event falls into each slot of this length.
const SLOT: Duration = Duration::from_secs(5);

/// One minute of one client's polling, in which ten events happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// How the client asks.
    pub variant: Variant,
    /// Whether it keeps its connection between the polls.
    pub keep_alive: bool,
    /// The time from the beginning of a poll to the beginning of the next, without jitter.
    pub interval: Duration,
    /// How many events are on the board, and known to the client, before it begins.
    pub history: u64,
}

impl Scenario {
    /// With a cursor over a kept connection, and nothing on the board yet.
    pub fn every(interval: Duration) -> Self {
        Self {
            variant: Variant::Cursor,
            keep_alive: true,
            interval,
            history: 0,
        }
    }

    /// How the client asks and over which connection: `cursor, kept`.
    pub fn name(&self) -> String {
        let variant = match self.variant {
            Variant::Cursor => "cursor",
            Variant::ETag => "ETag",
        };
        let connection = if self.keep_alive { "kept" } else { "fresh" };
        format!("{variant}, {connection}")
    }

    /// Plays it from beginning to end and gives what was recorded.
    ///
    /// # Panics
    ///
    /// When it does not end, or a poll fails: on this link none does.
    pub fn play(self) -> Transcript {
        harness::run("a minute of polling", self.minute())
    }

    async fn minute(self) -> Transcript {
        let end = Instant::now() + LENGTH;
        let recorder = Recorder::new(self.name());
        let (board, dialer) = stage(&recorder, self.history);
        tokio::spawn(publish(board, recorder.clone()));
        let mut poller = self.poller(dialer);
        loop {
            let notice = tokio::select! {
                biased;
                () = sleep_until(end) => return recorder.transcript(),
                notice = poller.next() => notice,
            };
            match notice {
                Notice::Event(event) => recorder.delivered(event.seq),
                surprise => panic!("on a link without faults: {surprise:?}"),
            }
        }
    }

    fn poller<D: Dial>(self, dialer: D) -> Poller<D> {
        let client = Client::new(dialer, "board.test").keep_alive(self.keep_alive);
        Poller::new(client, self.variant, Pace::new(self.interval, 0.0, 0))
            .resume_after(self.history)
    }
}

/// A server with a board at one end of a link, and the way to it.
fn stage(recorder: &Recorder, history: u64) -> (SharedBoard, LinkDialer) {
    let board = SharedBoard::new(Board::new(CAPACITY));
    for seq in 1..=history {
        board.append(format!("event {seq}"));
    }
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    // The server ends with the scenario's runtime.
    let forever = std::future::pending();
    tokio::spawn(serve(listener, board.clone(), Config::default(), forever));
    (board, dialer)
}

async fn publish(board: SharedBoard, recorder: Recorder) {
    let start = Instant::now();
    for time in event_times() {
        sleep_until(start + time).await;
        let seq = board.last() + 1;
        board.append(format!("event {seq}"));
        recorder.published(seq);
    }
}

/// When the ten events happen: one in each slot of five seconds, and within the slots at
/// phases that a seed has shuffled.
///
/// Ten times drawn freely would not spread evenly over the interval of a poller, and the
/// mean latency would typically be off by a tenth of it. So the phases are dealt like cards: each
/// tenth of a slot is used once, and each tenth of such a tenth once.
pub fn event_times() -> [Duration; 10] {
    let mut random = Rng::with_seed(SEED);
    let (mut coarse, mut fine): ([u32; 10], [u32; 10]) = (
        std::array::from_fn(|i| i as u32),
        std::array::from_fn(|i| i as u32),
    );
    random.shuffle(&mut coarse);
    random.shuffle(&mut fine);
    std::array::from_fn(|slot| {
        let phase = SLOT / 10 * coarse[slot] + SLOT / 100 * fine[slot] + SLOT / 200;
        // Counted from the moment at which the first poll could be at the server.
        RTT / 2 + SLOT * slot as u32 + phase
    })
}
