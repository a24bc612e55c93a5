//! All conversations of a server: counted, written down, and ended when the server ends.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backpressure::Limits;
use history::{Chat, FanOut, Farewell, Gate, Line, Reports, RoomLog, converse};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, error, field, info, info_span};

use crate::drain::Drain;
use crate::metrics::Metrics;
use crate::watched::{WatchedGate, WatchedLine, WatchedLog};

/// How a drain ends a conversation: the client may come back at once, and finds a server
/// (RFC 6455 §7.4.2, and IANA's registry of close codes).
pub const RESTARTING: Farewell = Farewell {
    code: 1012,
    reason: "the server restarts; come back",
};

/// A trouble that lasts is written down so often.
const TROUBLE_AGAIN: Duration = Duration::from_secs(60);

/// All conversations of a server. A clone is another handle on the same.
#[derive(Clone)]
pub struct Conversations<L, F, G> {
    chat: Chat<WatchedLog<L>, F, WatchedGate<G>>,
    limits: Arc<Limits>,
    drain: Drain,
    metrics: Metrics,
}

impl<L: RoomLog, F: FanOut, G: Gate> Conversations<L, F, G> {
    /// About what is in `log`, for those whom `gate` lets in.
    pub fn new(
        (log, fan_out, gate): (L, F, G),
        limits: Limits,
        drain: Drain,
        metrics: Metrics,
    ) -> Self {
        let log = WatchedLog::new(log, Arc::clone(metrics.counts()));
        let reports = Reports::new(TROUBLE_AGAIN);
        let chat = Chat::new(log, fan_out)
            .guarded(WatchedGate(gate))
            .limited(limits.clone())
            .reporting(move |trouble| {
                if let Some(line) = reports.line(trouble, Instant::now()) {
                    error!("{line}");
                }
            });
        Self {
            chat,
            limits: Arc::new(limits),
            drain,
            metrics,
        }
    }

    /// One conversation, from the hello to the end of its line: with a client at this
    /// `address`, over WebSocket or whatever else (`way`). When the server drains, or when
    /// `stopping` is cancelled, the client is told [`RESTARTING`].
    ///
    /// # Cancel safety
    ///
    /// To drop it is to cut the client off.
    pub async fn hold<T: Line>(
        self,
        line: T,
        way: &'static str,
        address: IpAddr,
        stopping: CancellationToken,
    ) {
        let mut held = self.drain.hold();
        let span = info_span!(
            "conversation",
            connection = held.number(),
            over = way,
            address = %address,
            who = field::Empty,
        );
        let counts = Arc::clone(self.metrics.counts());
        let conversation = async move {
            info!("opened");
            let line = WatchedLine::new(line, way, &counts);
            let stop = async {
                tokio::select! {
                    () = held.goodbye() => {}
                    () = stopping.cancelled() => {}
                }
                RESTARTING
            };
            converse(line, self.chat, stop).await;
        };
        conversation.instrument(span).await;
    }

    /// What one of them may cost.
    pub fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// Whether they are to end.
    pub fn drain(&self) -> &Drain {
        &self.drain
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }
}
