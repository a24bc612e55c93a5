//! Streaming, played over a simulated link: the figures and the table of the page.
//!
//! Time is exact, since the clock is a paused one, and two runs give the same bytes.

mod faults;
mod figures;
mod stalls;

use std::future::pending;
use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use wiretap::{Link, LinkDialer, LinkListener, Recorder};

use crate::events::handler;
use crate::server::serve;

pub use faults::{cut_when_idle, held_back, kept_alive};
pub use figures::{
    a_chunk_is_no_message, a_stream, the_writer_waits, to_an_old_client,
};
pub use stalls::stalls;

/// The round-trip time of the link.
pub const RTT: Duration = Duration::from_millis(100);
/// How many events the board keeps.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
/// More than any of these scenes is long.
const LONG: Duration = Duration::from_secs(3600);

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn board() -> WaitingBoard {
    // Nobody waits in a place of the board: a stream is bounded by its connection.
    WaitingBoard::new(Board::new(KEPT).into(), 0)
}

/// A board, the way to its server, and who writes down what passes on it.
struct Scene {
    recorder: Recorder,
    board: WaitingBoard,
    dialer: LinkDialer,
}

impl Scene {
    fn new(title: &str, keep_alive: Duration) -> Self {
        let recorder = Recorder::new(title);
        let board = board();
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        serve_on(listener, &board, keep_alive);
        Self {
            recorder,
            board,
            dialer,
        }
    }

    /// Lets something happen.
    fn publish(&self, text: impl Into<String>) {
        self.recorder.published(self.board.append(text));
    }
}

/// Serves the board until the scenario's runtime ends.
fn serve_on(listener: LinkListener, board: &WaitingBoard, keep_alive: Duration) {
    let handler = handler(board.clone(), keep_alive);
    tokio::spawn(serve(listener, handler, Config::default(), pending()));
}
