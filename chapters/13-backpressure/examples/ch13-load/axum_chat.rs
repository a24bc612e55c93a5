//! The chat of axum's own examples, as it is for axum 0.8.9: `examples/chat` of
//! github.com/tokio-rs/axum, commit 3d78036, under the MIT licence. The same channel with
//! the same capacity, the same tasks, the same calls. Only its page and its log are left
//! out, and Nagle's algorithm is off, as it is for the other server.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpListener;
use tokio::sync::broadcast;

struct AppState {
    user_set: Mutex<HashSet<String>>,
    tx: broadcast::Sender<String>,
}

pub(crate) async fn serve(listener: TcpListener) -> io::Result<()> {
    let (tx, _rx) = broadcast::channel(100);
    let user_set = Mutex::default();
    let app = Router::new()
        .route("/websocket", get(upgrade))
        .with_state(Arc::new(AppState { user_set, tx }));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, app).await
}

async fn upgrade(ws: WebSocketUpgrade, State(state): State<Arc<AppState>>) -> Response {
    ws.on_upgrade(|socket| websocket(socket, state))
}

async fn websocket(stream: WebSocket, state: Arc<AppState>) {
    let (mut sender, mut receiver) = stream.split();
    let mut username = String::new();
    while let Some(Ok(message)) = receiver.next().await {
        if let Message::Text(name) = message {
            check_username(&state, &mut username, name.as_str());
            if !username.is_empty() {
                break;
            }
            let taken = Utf8Bytes::from_static("Username already taken.");
            let _ = sender.send(Message::Text(taken)).await;
            return;
        }
    }
    let mut rx = state.tx.subscribe();
    let _ = state.tx.send(format!("{username} joined."));
    let mut send_task = tokio::spawn(async move {
        while let Ok(msg) = rx.recv().await {
            if sender.send(Message::text(msg)).await.is_err() {
                break;
            }
        }
    });
    let tx = state.tx.clone();
    let name = username.clone();
    let mut recv_task = tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = receiver.next().await {
            let _ = tx.send(format!("{name}: {text}"));
        }
    });
    tokio::select! {
        _ = &mut send_task => recv_task.abort(),
        _ = &mut recv_task => send_task.abort(),
    };
    let _ = state.tx.send(format!("{username} left."));
    let mut users = state
        .user_set
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    users.remove(&username);
}

fn check_username(state: &AppState, string: &mut String, name: &str) {
    let mut users = state
        .user_set
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if !users.contains(name) {
        users.insert(name.to_owned());
        string.push_str(name);
    }
}
