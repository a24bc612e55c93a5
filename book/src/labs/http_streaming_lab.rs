//! The lab of chapter 4: a stream that the page's own script reads, and an intermediary
//! that misbehaves as the reader likes.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_streaming::{Handler, handler};
use long_polling::WaitingBoard;
use raw_http::Request;
use serde::Deserialize;
use short_polling::Board;
use tokio::net::TcpListener;
use wiretap::{FaultProxy, Faults, Link, Recorder, Side};

use super::chapter::Target;
use super::relay::StreamForward;
use super::session::Session;

/// How many events a lab's board keeps.
const KEPT_EVENTS: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not 0");
/// How much the proxy may gather, and how soon it may cut.
const MOST_HELD: usize = 64 << 10;
const SHORTEST_SILENCE: u64 = 500;
/// A lab does not run for an hour: this is never.
const NEVER: u64 = 3_600_000;

/// What the lab of chapter 4 runs on. A clone is another handle on the same.
#[derive(Debug, Clone)]
pub(crate) struct Streamed {
    pub(crate) board: WaitingBoard,
    pub(crate) proxy: FaultProxy,
    /// After how many milliseconds of silence an empty line is told.
    keep_alive: Arc<AtomicU64>,
}

/// What the page asks for.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    hold: Option<usize>,
    cut_when_idle_ms: Option<u64>,
    drop_fin: bool,
    keep_alive_ms: Option<u64>,
}

impl Streamed {
    pub(crate) fn new() -> Self {
        Self {
            board: WaitingBoard::new(Board::new(KEPT_EVENTS).into(), 0),
            proxy: FaultProxy::new(Faults::default()),
            keep_alive: Arc::new(AtomicU64::new(NEVER)),
        }
    }

    /// Makes the intermediary misbehave, at once; the keep-alive counts for the streams
    /// that begin from now on. Gives a remark for each of the two that has changed.
    fn obey(&self, order: &Order) -> Vec<String> {
        let faults = self.proxy.faults();
        self.proxy.set(Faults {
            hold: order.hold.map(|bytes| bytes.min(MOST_HELD)),
            cut_when_idle: order
                .cut_when_idle_ms
                .map(|time| Duration::from_millis(time.max(SHORTEST_SILENCE))),
            drop_fin: order.drop_fin,
        });
        let keep_alive = order.keep_alive_ms.unwrap_or(NEVER);
        let keep_alive = keep_alive.max(SHORTEST_SILENCE);
        let before = self.keep_alive.swap(keep_alive, Ordering::Relaxed);
        let mut remarks = Vec::new();
        if self.proxy.faults() != faults {
            remarks.push(misbehaviour(self.proxy.faults()));
        }
        if before != keep_alive {
            remarks.push(match keep_alive {
                NEVER => "in a silence, nothing is told".to_owned(),
                ms => {
                    let time = Duration::from_millis(ms);
                    format!("an empty line is told after {time:?} of silence")
                }
            });
        }
        remarks
    }

    /// The chapter's handler, with the keep-alive of the moment.
    fn handler(&self) -> impl Handler {
        let Self {
            board, keep_alive, ..
        } = self.clone();
        move |request: Request| {
            let keep_alive = Duration::from_millis(keep_alive.load(Ordering::Relaxed));
            let handler = handler(board.clone(), keep_alive);
            async move { handler.call(request).await }
        }
    }
}

impl Session {
    /// Serves behind the intermediary. What is recorded is the browser's side of it.
    pub(crate) async fn serve_behind(&self, listener: TcpListener, stage: &Streamed) {
        let front = self.recorder.tap_listener(listener);
        let unseen = Recorder::new("behind the proxy");
        let (back, listener) = Link::new().network(&unseen);
        let listener = self.scissors.reach(listener);
        let serving = async {
            match self.target {
                Target::Chapter => self.stream_with(listener, stage.handler()).await,
                Target::Mine => {
                    let rules = Arc::clone(&self.rules);
                    let forward = StreamForward::new(self.my_server, unseen, rules);
                    self.stream_with(listener, forward).await;
                }
            }
        };
        tokio::select! {
            // The lab ends when its server has drained.
            () = serving => {}
            () = stage.proxy.run(front, back) => {}
        }
    }

    /// Sets the faults of the intermediary.
    pub(crate) fn misbehave(&self, stage: &Streamed, order: &Order) {
        for remark in stage.obey(order) {
            self.recorder.note(Side::Server, remark);
        }
    }
}

/// What the intermediary does from now on.
fn misbehaviour(faults: Faults) -> String {
    match faults {
        Faults {
            hold: Some(bytes), ..
        } => format!("the proxy gathers {bytes} bytes"),
        Faults {
            cut_when_idle: Some(time),
            ..
        } => format!("the proxy cuts after {time:?} of silence"),
        Faults { drop_fin: true, .. } => "the proxy tells nobody of an end".to_owned(),
        _ => "the proxy passes everything on".to_owned(),
    }
}
