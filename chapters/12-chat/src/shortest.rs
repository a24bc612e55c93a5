//! The shortest chat that there is: it behaves as `examples/chat` of axum 0.8.9 does, to
//! its mistakes, which are tested in `tests/shortest.rs`. The code is this book's.
//!
//! The first text of a client is its name; every further one is told to everybody, behind
//! that name. What is told goes through one channel of tokio's, `broadcast`, which keeps the
//! last messages for those who have not heard them yet: 100 are asked for, and tokio makes
//! 128 of that.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::broadcast;

struct Shared {
    taken: Mutex<HashSet<String>>,
    told: broadcast::Sender<String>,
}

/// The shortest chat, at `/websocket`.
pub fn router() -> Router {
    let taken = Mutex::new(HashSet::new());
    let told = broadcast::channel(100).0;
    Router::new()
        .route("/websocket", get(upgrade))
        .with_state(Arc::new(Shared { taken, told }))
}

async fn upgrade(State(shared): State<Arc<Shared>>, ws: WebSocketUpgrade) -> Response {
    ws.on_upgrade(|socket| converse(socket, shared))
}

async fn converse(socket: WebSocket, shared: Arc<Shared>) {
    let (mut sender, mut receiver) = socket.split();
    let Some(name) = introduced(&mut sender, &mut receiver, &shared).await else {
        return;
    };
    let mut hears = shared.told.subscribe();
    shared.tell(format!("{name} joined."));
    let mut telling = tokio::spawn(async move {
        while let Ok(text) = hears.recv().await {
            if sender.send(Message::text(text)).await.is_err() {
                break;
            }
        }
    });
    let (says, author) = (shared.told.clone(), name.clone());
    let mut hearing = tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = receiver.next().await {
            let _ = says.send(format!("{author}: {text}"));
        }
    });
    tokio::select! {
        _ = &mut telling => hearing.abort(),
        _ = &mut hearing => telling.abort(),
    }
    shared.tell(format!("{name} left."));
    shared.names().remove(&name);
}

/// What the client is called, unless that is taken.
async fn introduced(
    sender: &mut SplitSink<WebSocket, Message>,
    receiver: &mut SplitStream<WebSocket>,
    shared: &Shared,
) -> Option<String> {
    while let Some(Ok(message)) = receiver.next().await {
        let Message::Text(wanted) = message else {
            continue;
        };
        let mut name = String::new();
        if shared.names().insert(wanted.to_string()) {
            name.push_str(&wanted);
        }
        if name.is_empty() {
            let _ = sender.send(Message::text("Username already taken.")).await;
            return None;
        }
        return Some(name);
    }
    Some(String::new())
}

impl Shared {
    fn tell(&self, text: String) {
        // Without a listener there is nobody to tell.
        let _ = self.told.send(text);
    }

    fn names(&self) -> MutexGuard<'_, HashSet<String>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
