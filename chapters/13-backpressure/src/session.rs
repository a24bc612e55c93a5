//! One connection: what its client says is taken, and what waits for it is written.

use std::sync::Arc;

use bytes::Bytes;
use chat::protocol::{Room, close};
use connection::{CloseCode, Connection, Event, Message, SendError, WebSocket, Writer};
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{self, Instant};

use crate::hub::Hub;
use crate::limits::Limits;
use crate::outbox::Outbox;
use crate::talk::{Talk, TooMuch};

/// What a reader is told in the place of what it was too slow for. The protocol's version 1
/// has clients pass over a `type` that they do not know.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "dropped")]
struct Dropped {
    room: Room,
    /// How many frames of this room are missing here. Which messages those were, the gap in
    /// their `seq` tells.
    count: u64,
}

/// Why we end a conversation.
struct Goodbye(CloseCode, &'static str);

impl Goodbye {
    const STOPPING: Self = Self(CloseCode::GOING_AWAY, "the server stops");
    const TOO_SLOW: Self = Self(CloseCode::TRY_AGAIN_LATER, "you read too slowly");
    const TOO_MUCH: Self = Self(CloseCode::POLICY, "you say too much");
    const BINARY: Self = Self(CloseCode::UNSUPPORTED, "the chat's messages are text");
    const NO_HELLO: Self = Self(
        match CloseCode::new(close::NO_HELLO) {
            Some(code) => code,
            None => CloseCode::POLICY,
        },
        "no hello came",
    );
}

/// Lets a client take part in the chat until its connection ends. When `stopping` resolves,
/// the client is told 1001.
///
/// One task does it all: it waits for the client, for the outbox and for the clock at the
/// same time. What it takes out of the outbox goes into the connection as long as that has
/// room, and is written, all of it at once, when there is nothing to read.
///
/// # Cancel safety
///
/// To drop it is to drop the connection, and to leave the rooms.
pub async fn converse<Io: AsyncRead + AsyncWrite + Unpin>(
    websocket: WebSocket<Io>,
    hub: Arc<Hub>,
    limits: Arc<Limits>,
    stopping: impl Future<Output = ()>,
) {
    let (mut reader, mut writer) = websocket.split();
    let outbox = Arc::new(Outbox::new(limits.outbox, limits.policy));
    let mut talk = Some(Talk::new(hub, Arc::clone(&outbox), &limits));
    // On the heap, as long as it is waited for.
    let mut no_hello = Some(Box::pin(time::sleep(limits.handshake)));
    let mut stopping = std::pin::pin!(stopping);
    loop {
        let talks = talk.is_some();
        let goodbye = tokio::select! {
            biased;
            () = outbox.overflowed(), if talks => Some(Goodbye::TOO_SLOW),
            fed = feed(&outbox, &mut writer), if talks => {
                if fed.is_err() {
                    // It is closing, and the reader says how.
                    talk = None;
                }
                None
            }
            event = reader.read() => match event {
                Some(event) => take(&mut talk, &event),
                None => return,
            },
            () = elapsed(&mut no_hello), if talks => Some(Goodbye::NO_HELLO),
            () = &mut stopping, if talks => Some(Goodbye::STOPPING),
        };
        if talk.as_ref().is_some_and(Talk::has_begun) {
            no_hello = None;
        }
        if let Some(Goodbye(code, reason)) = goodbye {
            // It has left the rooms before it hears of it.
            talk = None;
            let _it_is_closing_already = writer.close(code, reason);
        }
    }
}

/// Takes what comes from the client, unless the conversation is over.
fn take(talk: &mut Option<Talk>, event: &Event<'_>) -> Option<Goodbye> {
    match event {
        Event::Message(Message::Text(text)) => {
            match talk.as_mut()?.hear(text, Instant::now().into_std()) {
                Ok(()) => None,
                Err(TooMuch) => Some(Goodbye::TOO_MUCH),
            }
        }
        Event::Message(Message::Binary(_)) => talk.as_ref().map(|_| Goodbye::BINARY),
        Event::Ping(_) | Event::Pong(_) => None,
        Event::Closed(_) => {
            *talk = None;
            None
        }
    }
}

/// Waits until there is something in the outbox and room in the connection, and moves what
/// there is room for.
///
/// # Cancel safety
///
/// Safe: what has been taken from the outbox is in the connection.
async fn feed<Io: AsyncWrite + Unpin>(
    outbox: &Outbox,
    writer: &mut Writer<Io>,
) -> Result<(), SendError> {
    outbox.filled().await;
    writer
        .feed_from(|feed| outbox.drain_into(feed, dropped))
        .await
}

/// The notice that something is missing.
fn dropped(room: Room, count: u64) -> Bytes {
    let notice = serde_json::to_string(&Dropped { room, count });
    let text = notice.expect("its keys are text");
    Connection::encode(&Message::Text(text.into()))
}

async fn elapsed(timer: &mut Option<std::pin::Pin<Box<time::Sleep>>>) {
    match timer {
        Some(timer) => timer.await,
        None => std::future::pending().await,
    }
}
