//! The chat over axum's WebSocket.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::outbox::Outbox;
use crate::page;
use crate::protocol::{
    ClientMessage, ErrorCode, MAX_MESSAGE, Name, Problem, ServerMessage, close,
};
use crate::rooms::Rooms;

/// How long a client may take to say hello.
const HELLO_DEADLINE: Duration = Duration::from_secs(10);

/// How long a peer may take to answer our Close, and to take what stands before it.
const CLOSE_DEADLINE: Duration = Duration::from_secs(5);

/// How long nothing more is heard of a client that is faster than those who hear it.
const PAUSE: Duration = Duration::from_millis(10);

/// A chat: its rooms, and the connections to it. A clone is another handle on the same one.
#[derive(Debug, Clone, Default)]
pub struct Chat {
    rooms: Rooms,
    stopping: CancellationToken,
    connections: TaskTracker,
}

impl Chat {
    /// Without rooms and without connections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says 1001 to every connection, and waits until all of them have ended, which takes
    /// seconds at the most. New ones are closed at once.
    ///
    /// # Cancel safety
    ///
    /// Safe: the connections go on ending.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.connections.close();
        self.connections.wait().await;
    }
}

/// The chat at `/chat`, and the page for it at `/`.
pub fn router(chat: Chat) -> Router {
    Router::new()
        .route("/chat", any(upgrade))
        .with_state(chat)
        .merge(page::router())
}

async fn upgrade(State(chat): State<Chat>, request: WebSocketUpgrade) -> Response {
    // Taken before the answer: whoever has got that is one of the connections.
    let tracked = chat.connections.token();
    request
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(async move |socket| {
            serve_one(socket, chat).await;
            drop(tracked);
        })
}

/// Why a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// We say so.
    Close(u16, &'static str),
    /// The peer says so, or is gone.
    Theirs,
}

async fn serve_one(mut socket: WebSocket, chat: Chat) {
    let (outbox, queue) = Outbox::new();
    // Whatever `talk` waits for, these two end it.
    let end = tokio::select! {
        biased;
        () = chat.stopping.cancelled() => End::Close(1001, "the server stops"),
        () = outbox.overflowed() => End::Close(1013, "you read too slowly"),
        Err(end) = talk(&mut socket, &chat.rooms, &outbox, queue) => end,
    };
    let _too_late = timeout(CLOSE_DEADLINE, say_goodbye(socket, end)).await;
}

/// From the hello to the end. Dropped, it leaves all the rooms that it has entered.
async fn talk(
    socket: &mut WebSocket,
    rooms: &Rooms,
    outbox: &Outbox,
    mut queue: mpsc::Receiver<Utf8Bytes>,
) -> Result<Infallible, End> {
    let late = |_| End::Close(close::NO_HELLO, "no hello came");
    let name = timeout(HELLO_DEADLINE, greet(socket))
        .await
        .map_err(late)??;
    let mut guest = rooms.welcome(name, outbox.clone());
    loop {
        tokio::select! {
            // First what waits to be sent: the answers to many messages that come at once
            // would fill the outbox.
            biased;
            Some(text) = queue.recv() => send(socket, text).await?,
            text = receive(socket) => {
                guest.hear(&text?);
                if guest.is_ahead() {
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

/// Listens until there is a hello.
async fn greet(socket: &mut WebSocket) -> Result<Name, End> {
    loop {
        let problem = match ClientMessage::parse(&receive(socket).await?) {
            Ok(ClientMessage::Hello(hello)) => return Ok(hello.name),
            Ok(_) => Problem::new(ErrorCode::HelloFirst, "say hello first"),
            Err(problem) => problem,
        };
        send(socket, ServerMessage::from(problem).to_json().into()).await?;
    }
}

/// The next text message.
async fn receive(socket: &mut WebSocket) -> Result<Utf8Bytes, End> {
    loop {
        match socket.recv().await {
            Some(Ok(Message::Text(text))) => return Ok(text),
            Some(Ok(Message::Binary(_))) => {
                return Err(End::Close(1003, "the chat's messages are text"));
            }
            // tungstenite answers a ping by itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_))) | None => return Err(End::Theirs),
            Some(Err(error)) => return Err(failed(error)),
        }
    }
}

async fn send(socket: &mut WebSocket, text: Utf8Bytes) -> Result<(), End> {
    let sent = socket.send(Message::Text(text)).await;
    sent.map_err(|_| End::Theirs)
}

/// tungstenite reports a broken rule, and leaves it to us to tell the peer.
fn failed(error: axum::Error) -> End {
    use tungstenite::Error;
    match error.into_inner().downcast_ref::<Error>() {
        Some(Error::Capacity(_)) => End::Close(1009, "the message is too large"),
        Some(Error::Utf8(_)) => End::Close(1007, "a text that is not UTF-8"),
        Some(Error::Protocol(_)) => End::Close(1002, "a broken frame"),
        _ => End::Theirs,
    }
}

/// Sends the Close, if that is ours to do, and reads on until the peer has answered it: a
/// stream that is dropped with bytes unread is reset, and what was sent last may be lost.
async fn say_goodbye(mut socket: WebSocket, end: End) {
    if let End::Close(code, reason) = end {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        if socket.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
    }
    while let Some(Ok(_)) = socket.recv().await {}
}
