//! Nobody is left behind, and nobody is waited for without an end.

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
    let conversations = TaskTracker::new();
    let (tracker, stopping) = (conversations.clone(), stop.clone());
    let chat = |ws: WebSocketUpgrade| async move {
        // From now on, while the request is under way: axum waits for that, and then the
        // tracker is asked.
        let tracked = tracker.token();
        ws.on_upgrade(move |socket| async move {
            converse(socket, log, stopping).await;
            drop(tracked);
        })
    };
    let router = Router::new().route("/chat", get(chat));
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let all_ended = async {
        // It never fails.
        let _ = served.await;
        conversations.close();
        conversations.wait().await;
    };
    let too_late = async {
        stop.cancelled().await;
        sleep(DEADLINE).await;
    };
    tokio::select! {
        () = all_ended => {}
        () = too_late => {}
    }
}

/// Keeps what a client says, and acknowledges each message with its number.
async fn converse(mut socket: WebSocket, log: Log, stop: CancellationToken) {
    loop {
        let heard = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            heard = socket.recv() => heard,
        };
        let Some(Ok(message)) = heard else {
            return;
        };
        if let Message::Text(text) = message {
            let number = log.keep(&text).await;
            if socket.send(number.to_string().into()).await.is_err() {
                return;
            }
        }
    }
    let restart = CloseFrame {
        code: 1012,
        reason: "the server restarts".into(),
    };
    if socket.send(Message::Close(Some(restart))).await.is_ok() {
        // What is said now has no answer, and so it will be said again.
        while let Some(Ok(_)) = socket.recv().await {}
    }
}
