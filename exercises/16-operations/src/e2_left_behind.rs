//! Here is a server as one writes it with axum 0.8.9: `on_upgrade` for the WebSocket, and
//! `with_graceful_shutdown` for the end. When `serve` returns, `main` does, and with it goes
//! everything that still runs. What it leaves behind are
//!
//! * **conversations**: axum waits for none of them. Their clients are told nothing; and what
//!   was on its way to the disk is kept and never acknowledged, or not kept at all;
//! * **itself**: somebody has sent half a head and says nothing more. axum waits for them as
//!   long as they like.
//!
//! Repair both:
//!
//! * When `stop` is cancelled, each conversation ends what it has begun: a message that it has
//!   read is kept and acknowledged. Then it says Close 1012 to its client, and waits for the
//!   client's own Close.
//! * `serve` returns when that has been done for all of them.
//! * But no later than `DEADLINE` after `stop`, whoever has not come to an end.
//!
//! `tokio_util` has what is needed: a `CancellationToken` is cancelled for all of its clones,
//! and a `TaskTracker` tells when all of the tasks that it tracks have ended. The type `Log` is
//! right as it is.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use axum::serve::Listener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a disk takes.
pub const DISK: Duration = Duration::from_millis(50);

/// How long the end may take.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Where messages are kept.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<AtomicUsize>);

impl Log {
    /// Keeps a message; its number. If the future is dropped, it may or may not be kept.
    pub async fn keep(&self, _message: &str) -> usize {
        sleep(DISK).await;
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How many are kept.
    pub fn kept(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves conversations at `/chat` until `stop` is cancelled, and ends them.
pub async fn serve<L>(listener: L, log: Log, stop: CancellationToken)
where
    L: Listener<Addr: Debug>,
{
    let chat = |ws: WebSocketUpgrade| async move {
        ws.on_upgrade(move |socket| converse(socket, log))
    };
    let router = Router::new().route("/chat", get(chat));
    let served =
        axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    // It never fails.
    let _ = served.await;
}

/// Keeps what a client says, and acknowledges each message with its number.
async fn converse(mut socket: WebSocket, log: Log) {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message {
            let number = log.keep(&text).await;
            if socket.send(number.to_string().into()).await.is_err() {
                return;
            }
        }
    }
}
