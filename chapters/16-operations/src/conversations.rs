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
    /// `address`, over WebSocket or whatever else (`way`). It is there from now on, and the
    /// future lets it go on. When the server drains, or when `stopping` is cancelled, the
    /// client is told [`RESTARTING`].
    ///
    /// # Cancel safety
    ///
    /// To drop the future is to cut the client off.
    pub fn hold<T: Line>(
        self,
        line: T,
        way: &'static str,
        address: IpAddr,
        stopping: CancellationToken,
    ) -> impl Future<Output = ()> + Unpin + use<T, L, F, G> {
        let (held, goodbye) = self.drain.hold();
        let span = info_span!(
            "conversation",
            connection = held.number(),
            over = way,
            address = %address,
            who = field::Empty,
        );
        let counts = self.metrics.counts();
        let line = span.in_scope(|| {
            info!("opened");
            WatchedLine::new(line, way, held, counts)
        });
        let stop = async move {
            tokio::select! {
                () = goodbye.heard() => {}
                () = stopping.cancelled() => {}
            }
            RESTARTING
        };
        // Whoever awaits it in a future of their own would make that larger by all of this,
        // and not once.
        Box::pin(converse(line, self.chat, stop).instrument(span))
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
