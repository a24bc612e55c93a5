//! A room that is as fast as the reader's line: there is always more to write, and the reader
//! is listened to nevertheless.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use backpressure::{Hub, Limits, Outbox, Policy, Seat, converse};
use chat::protocol::{Name, Room, Text};
use connection::{Config, Connection, Message, Role, WebSocket, Writer};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio::time::sleep;
use wiretap::harness;

/// After so many writes nobody is going to listen any more.
const ENOUGH: usize = 500;

/// A room in which more is said whenever the line has taken something.
#[derive(Default)]
struct Talkers {
    /// Who speaks, once there is something to begin with.
    ann: Option<Seat>,
    /// How often something was written since then.
    writes: usize,
    /// How often by the time at which the server had heard that the client leaves.
    left_after: Option<usize>,
}

impl Talkers {
    /// As much as a connection holds, and a little more.
    fn speak(&self) {
        let text = Text::new(&"x".repeat(4000)).expect("a text");
        for ann in self.ann.iter().cycle().take(6) {
            ann.say(text.clone(), None);
        }
    }
}

/// A line that takes whatever it is given, at once.
struct Line {
    io: DuplexStream,
    talkers: Arc<Mutex<Talkers>>,
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let talkers = &mut *self.talkers.lock().expect("no panic");
        talkers.writes += usize::from(talkers.ann.is_some());
        if String::from_utf8_lossy(buf).contains(r#""type":"left""#) {
            talkers.left_after = Some(talkers.writes);
        }
        if talkers.writes == ENOUGH {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        talkers.speak();
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Somebody who says hello, and is in the room; only what they say matters.
fn enter(hub: &Arc<Hub>, talkers: &Arc<Mutex<Talkers>>) -> WebSocket<DuplexStream> {
    let (far, io) = duplex(1 << 16);
    let line = Line {
        io,
        talkers: Arc::clone(talkers),
    };
    let limits = Arc::new(Limits {
        policy: Policy::DropOldest,
        ..Limits::default()
    });
    let connection = Connection::new(Role::Server, limits.connection.clone());
    let websocket = WebSocket::new(line, connection, []);
    let never = std::future::pending();
    tokio::spawn(converse(websocket, Arc::clone(hub), limits, never));
    let connection = Connection::new(Role::Client, Config::default());
    WebSocket::new(far, connection, [])
}

async fn say(writer: &mut Writer<DuplexStream>, text: &str) {
    writer.send(Message::Text(text.into())).await.expect("open");
    writer.flush().await.expect("it is read");
}

#[test]
fn who_hears_without_end_can_still_leave() {
    harness::run("a room that never pauses", async {
        let hub = Hub::new();
        let talkers = Arc::<Mutex<Talkers>>::default();
        let (_reader, mut bob) = enter(&hub, &talkers).split();
        say(&mut bob, r#"{"type":"hello","version":1,"name":"bob"}"#).await;
        say(&mut bob, r#"{"type":"join","room":"r"}"#).await;
        sleep(Duration::from_secs(1)).await;
        let room = Room::new("r").expect("a room");
        let unread = Outbox::new(Limits::default().outbox, Policy::DropOldest);
        let ann = Name::new("ann").expect("a name");
        let ann = hub.join(room, ann, &Arc::new(unread));
        // Before the server has its turn there is enough to write, and this to be read.
        say(&mut bob, r#"{"type":"leave","room":"r"}"#).await;
        {
            let mut talkers = talkers.lock().expect("no panic");
            talkers.ann = Some(ann);
            talkers.speak();
        }
        sleep(Duration::from_secs(1)).await;
        let after = talkers.lock().expect("no panic").left_after;
        assert!(after.is_some_and(|writes| writes < 20), "{after:?}");
    });
}
