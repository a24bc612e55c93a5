//! One connection: what its client says is taken, and what waits for it is written.

use std::future::{poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chat::protocol::{Room, ServerMessage, close};
use connection::{CloseCode, Connection, Event, Message, SendError, WebSocket, Writer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};

use crate::hub::Hub;
use crate::limits::Limits;
use crate::outbox::Outbox;
use crate::talk::{Talk, TooMuch};

/// How often frames go into the connection before the client is listened to: as much as the
/// connection has room for, each time.
const IN_A_ROW: u32 = 4;

/// How long nothing more is heard of a client that is ahead of those who hear it: time for
/// their tasks to have a turn.
const PAUSE: Duration = Duration::from_millis(10);

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
/// room, and is written, all of it at once, when there is nothing to read. If there is always
/// more in the outbox, the client is listened to in between.
///
/// # Cancel safety
///
/// To drop it is to drop the connection, and to leave the rooms.
pub fn converse<Io: AsyncRead + AsyncWrite + Unpin>(
    websocket: WebSocket<Io>,
    hub: Arc<Hub>,
    limits: Arc<Limits>,
    stopping: impl Future<Output = ()>,
) -> impl Future<Output = ()> {
    let outbox = Arc::new(Outbox::new(limits.outbox, limits.policy));
    converse_through(outbox, websocket, hub, limits, stopping)
}

/// As [`converse`], through an outbox that is the caller's, who can [look](Outbox::waiting)
/// how much is in it. It has its own bound and policy, whatever the limits say, and it has
/// to be empty and nobody else's.
///
/// # Cancel safety
///
/// As [`converse`].
pub async fn converse_through<Io: AsyncRead + AsyncWrite + Unpin>(
    outbox: Arc<Outbox>,
    websocket: WebSocket<Io>,
    hub: Arc<Hub>,
    limits: Arc<Limits>,
    stopping: impl Future<Output = ()>,
) {
    let (mut reader, writer) = websocket.split();
    let mut part = Part::new(writer, outbox, hub, &limits);
    let mut stopping = pin!(stopping);
    // How often the client has not been listened to.
    let mut fed = 0;
    loop {
        let talks = part.talk.is_some();
        let goodbye = tokio::select! {
            biased;
            () = part.outbox.overflowed(), if talks => Some(Goodbye::TOO_SLOW),
            moved = feed(&part.outbox, &mut part.writer), if talks && fed < IN_A_ROW => {
                fed += 1;
                // If it is closing, the reader says how.
                part.talk.take_if(|_| moved.is_err());
                None
            }
            event = reader.read() => match event {
                Some(event) => {
                    fed = 0;
                    part.take(&event)
                }
                None => return,
            },
            () = elapsed(&mut part.no_hello), if talks => Some(Goodbye::NO_HELLO),
            () = &mut stopping, if talks => Some(Goodbye::STOPPING),
            () = ready(()), if fed == IN_A_ROW => {
                fed = 0;
                None
            }
        };
        part.end(goodbye);
        if part.talk.as_mut().is_some_and(Talk::is_ahead) {
            sleep(PAUSE).await;
        }
    }
}

/// A client's part: what waits for it, and what it says.
struct Part<Io> {
    writer: Writer<Io>,
    outbox: Arc<Outbox>,
    /// None when the conversation is over.
    talk: Option<Talk>,
    /// On the heap, as long as it is waited for.
    no_hello: Option<Pin<Box<Sleep>>>,
}

impl<Io> Part<Io> {
    fn new(
        writer: Writer<Io>,
        outbox: Arc<Outbox>,
        hub: Arc<Hub>,
        limits: &Limits,
    ) -> Self {
        Self {
            writer,
            talk: Some(Talk::new(hub, Arc::clone(&outbox), limits)),
            outbox,
            no_hello: Some(Box::pin(sleep(limits.handshake))),
        }
    }

    /// Takes what comes from the client, unless the conversation is over.
    fn take(&mut self, event: &Event<'_>) -> Option<Goodbye> {
        let talk = self.talk.as_mut()?;
        match event {
            Event::Message(Message::Text(text)) => {
                let heard = talk.hear(text, Instant::now().into_std());
                if talk.has_begun() {
                    self.no_hello = None;
                }
                heard.err().map(|TooMuch| Goodbye::TOO_MUCH)
            }
            Event::Message(Message::Binary(_)) => Some(Goodbye::BINARY),
            Event::Ping(_) => {
                let heard = talk.hear_ping(Instant::now().into_std());
                heard.err().map(|TooMuch| Goodbye::TOO_MUCH)
            }
            Event::Pong(_) => None,
            Event::Closed(_) => {
                self.talk = None;
                None
            }
        }
    }

    /// Says goodbye, if there is one to be said: by then it has left the rooms.
    fn end(&mut self, goodbye: Option<Goodbye>) {
        if let Some(Goodbye(code, reason)) = goodbye {
            self.talk = None;
            let _it_is_closing_already = self.writer.close(code, reason);
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
    let mut feeding = pin!(writer.feed_from(|feed| outbox.drain_into(feed, dropped)));
    poll_fn(|cx| {
        let fed = feeding.as_mut().poll(cx);
        if fed.is_pending() {
            outbox.line_is_stuck();
        }
        fed
    })
    .await
}

/// The notice that something is missing.
fn dropped(room: Room, count: u64) -> Bytes {
    let notice = ServerMessage::Dropped { room, count }.to_json();
    Connection::encode(&Message::Text(notice.into()))
}

async fn elapsed(timer: &mut Option<Pin<Box<Sleep>>>) {
    match timer {
        Some(timer) => timer.await,
        None => std::future::pending().await,
    }
}
