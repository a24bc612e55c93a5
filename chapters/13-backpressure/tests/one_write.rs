//! What waits for a reader leaves in one write, as far as the connection has room for it, and
//! nothing waits for more to come.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use backpressure::{Capacity, Hub, Limits, Outbox, Policy, Seat, converse};
use chat::protocol::{Name, Room, Text};
use connection::{Config, Connection, Event, Message, Reader, Role, WebSocket, Writer};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use wiretap::harness;

/// A stream that counts how often it is written to.
struct Counted {
    io: DuplexStream,
    writes: Arc<AtomicUsize>,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// A client in the room `r`, and how often the server has written to it.
struct Client {
    reader: Reader<DuplexStream>,
    writer: Writer<DuplexStream>,
    writes: Arc<AtomicUsize>,
}

impl Client {
    async fn enter(hub: &Arc<Hub>, name: &str) -> Self {
        Self::enter_with(hub, name, Limits::default()).await
    }

    async fn enter_with(hub: &Arc<Hub>, name: &str, limits: Limits) -> Self {
        let (near, far) = duplex(1 << 16);
        let writes = Arc::<AtomicUsize>::default();
        let io = Counted {
            io: near,
            writes: Arc::clone(&writes),
        };
        let connection = Connection::new(Role::Server, limits.connection.clone());
        let websocket = WebSocket::new(io, connection, []);
        let never = std::future::pending();
        tokio::spawn(converse(
            websocket,
            Arc::clone(hub),
            Arc::new(limits),
            never,
        ));
        let connection = Connection::new(Role::Client, Config::default());
        let (reader, writer) = WebSocket::new(far, connection, []).split();
        let mut client = Self {
            reader,
            writer,
            writes,
        };
        let hello = format!(r#"{{"type":"hello","version":1,"name":"{name}"}}"#);
        client.send(&hello).await;
        client.send(r#"{"type":"join","room":"r"}"#).await;
        client.hear(2).await;
        client
    }

    async fn send(&mut self, text: &str) {
        let sent = self.writer.send(Message::Text(text.into())).await;
        sent.expect("it is open");
    }

    async fn hear(&mut self, count: usize) {
        for _ in 0..count {
            let event = self.reader.read().await;
            assert!(matches!(event, Some(Event::Message(_))), "{event:?}");
        }
    }

    fn writes(&self) -> usize {
        self.writes.swap(0, Ordering::Relaxed)
    }
}

/// Somebody who speaks, without a connection.
fn speaker(hub: &Arc<Hub>) -> Seat {
    let room = Room::new("r").expect("a room");
    let name = Name::new("ann").expect("a name");
    let unread = Outbox::new(Limits::default().outbox, Policy::DropOldest);
    hub.join(room, name, &Arc::new(unread))
}

fn text() -> Text {
    Text::new("said").expect("a text")
}

#[test]
fn sixteen_messages_leave_in_one_write() {
    harness::run("sixteen messages at once, for three readers", async {
        let hub = Hub::new();
        let mut clients = Vec::new();
        for name in ["bob", "carl", "dora"] {
            clients.push(Client::enter(&hub, name).await);
        }
        let ann = speaker(&hub);
        // Who has come after them, and her.
        for (others, client) in [3, 2, 1].into_iter().zip(&mut clients) {
            client.hear(others).await;
            client.writes();
        }
        for _ in 0..16 {
            ann.say(text(), None);
        }
        for client in &mut clients {
            client.hear(16).await;
            assert_eq!(client.writes(), 1);
        }
    });
}

#[test]
fn a_single_message_does_not_wait_for_others() {
    harness::run("one message after the other", async {
        let hub = Hub::new();
        let mut bob = Client::enter(&hub, "bob").await;
        let ann = speaker(&hub);
        bob.hear(1).await;
        bob.writes();
        for _ in 0..5 {
            ann.say(text(), None);
            bob.hear(1).await;
            assert_eq!(bob.writes(), 1, "no timer, and no second message");
        }
    });
}

#[test]
fn a_room_ends_with_the_last_who_leaves() {
    harness::run("two come and go", async {
        let hub = Hub::new();
        let bob = Client::enter(&hub, "bob").await;
        let ann = speaker(&hub);
        assert_eq!(hub.rooms(), 1);
        drop(bob);
        tokio::task::yield_now().await;
        assert_eq!(hub.rooms(), 1);
        drop(ann);
        assert_eq!(hub.rooms(), 0, "nothing is kept");
    });
}

#[test]
fn a_room_that_empties_at_once_sends_nobody_away() {
    harness::run("a hundred and fifty leave at the same moment", async {
        let hub = Hub::new();
        let room = Room::new("r").expect("a room");
        let join = |number: usize| {
            let name = Name::new(&format!("person {number}")).expect("a name");
            let unread = Outbox::new(Limits::default().outbox, Policy::DropOldest);
            hub.join(room.clone(), name, &Arc::new(unread))
        };
        let crowd: Vec<Seat> = (0..150).map(join).collect();
        let outbox = Capacity {
            frames: 64,
            bytes: 1 << 20,
        };
        let limits = Limits {
            outbox,
            ..Limits::default()
        };
        let mut bob = Client::enter_with(&hub, "bob", limits).await;
        drop(crowd);
        let ann = speaker(&hub);
        ann.say(text(), None);
        // A notice, as much of it as there is room for, and the message.
        bob.hear(64).await;
    });
}
