//! A client of version 2 that does nothing by itself, and a server for it.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use chat::protocol::{MessageId, Name, Room, Text};
use connection::{Config, Event, Message, Reader, Writer, connect};
use handshake::{Offer, Origins, Policy};
use history::protocol::{ClientMessage, Hello, Join, Say, ServerMessage};
use history::{Chat, FanOut, Halls, MemoryLog, RoomLog, serve};
use tokio::io::{AsyncRead, AsyncWrite};
use wiretap::{Dial, Link, LinkDialer, LinkStream, Listen, Recorder, harness};

pub(crate) const URL: &str = "ws://chat.test/chat";

pub(crate) fn anybody() -> Policy {
    Policy {
        origins: Origins::Any,
        ..Policy::default()
    }
}

/// Serves whoever comes, as if all came from here.
pub(crate) async fn serve_forever<N: Listen, L: RoomLog, F: FanOut>(
    listener: N,
    chat: Chat<L, F>,
) {
    let from_here = |_: &N::Io| -> IpAddr { Ipv4Addr::LOCALHOST.into() };
    let never = std::future::pending();
    serve(listener, chat, anybody(), Router::new(), from_here, never).await;
}

/// A server at the other end of a network, its log, and how to reach it.
pub(crate) fn served(link: Link) -> (LinkDialer, MemoryLog) {
    served_and_recorded(link, &Recorder::new("a chat"))
}

pub(crate) fn served_and_recorded(
    link: Link,
    recorder: &Recorder,
) -> (LinkDialer, MemoryLog) {
    let (dialer, listener) = link.network(recorder);
    let halls = Halls::new();
    let log = MemoryLog::new(halls.clone());
    let chat = Chat::new(log.clone(), halls);
    tokio::spawn(serve_forever(listener, chat));
    (dialer, log)
}

pub(crate) fn room() -> Room {
    Room::new("harbour").expect("a room")
}

pub(crate) fn name(name: &str) -> Name {
    Name::new(name).expect("a name")
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).expect("a text")
}

pub(crate) fn id(id: &str) -> MessageId {
    MessageId::new(id).expect("an id")
}

pub(crate) fn say(id: &str, words: &str) -> ClientMessage {
    ClientMessage::Say(Say {
        room: room(),
        text: text(words),
        id: self::id(id),
    })
}

pub(crate) struct Peer<Io> {
    reader: Reader<Io>,
    writer: Writer<Io>,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Peer<Io> {
    /// Has said nothing yet.
    pub(crate) async fn connect<D: Dial<Io = Io>>(dialer: &D) -> Self {
        let io = dialer.dial().await.expect("it listens");
        let offer = Offer::new(&URL.parse().expect("a URL"));
        let opened = connect(io, offer, Config::default()).await;
        let (reader, writer) = opened.expect("a handshake").0.split();
        Self { reader, writer }
    }

    /// Has said hello in this version.
    pub(crate) async fn hello<D: Dial<Io = Io>>(
        dialer: &D,
        who: &str,
        version: u32,
    ) -> Self {
        let mut peer = Self::connect(dialer).await;
        let name = name(who);
        peer.send(&ClientMessage::Hello(Hello {
            version,
            name: name.clone(),
        }))
        .await;
        assert_eq!(peer.next().await, ServerMessage::Welcome { version, name });
        peer
    }

    /// The same, and in the room.
    pub(crate) async fn joined<D: Dial<Io = Io>>(
        dialer: &D,
        who: &str,
        after: Option<u64>,
    ) -> Self {
        let mut peer = Self::hello(dialer, who, 2).await;
        peer.join(after).await;
        peer
    }

    /// Joins the room, and gives the number of its last entry.
    pub(crate) async fn join(&mut self, after: Option<u64>) -> u64 {
        let room = room();
        self.send(&ClientMessage::Join(Join { room, after })).await;
        match self.next().await {
            ServerMessage::Joined { seq, .. } => seq,
            other => panic!("joined, and not {other:?}"),
        }
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        self.send_text(&message.to_json()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        let message = Message::Text(text.into());
        self.writer.send(message).await.expect("it is open");
        // Nobody reads it, perhaps, until long after.
        self.writer.flush().await.expect("it is open");
    }

    pub(crate) async fn next(&mut self) -> ServerMessage {
        let text = self.next_text().await;
        let message = ServerMessage::parse(&text).expect("the protocol");
        message.unwrap_or_else(|| panic!("a type that is known: {text}"))
    }

    pub(crate) async fn next_text(&mut self) -> String {
        loop {
            match self.reader.read().await.expect("it is open") {
                Event::Message(Message::Text(text)) => return text.into_owned(),
                Event::Ping(_) | Event::Pong(_) => {}
                other => panic!("a text, and not {other:?}"),
            }
        }
    }

    /// Reads until the connection is over; the code of its Close.
    pub(crate) async fn hear_the_end(&mut self) -> u16 {
        loop {
            if let Event::Closed(closed) = self.reader.read().await.expect("an end") {
                return closed.code();
            }
        }
    }

    /// The next that is about an entry, or anything but somebody's presence.
    pub(crate) async fn next_but_presence(&mut self) -> ServerMessage {
        loop {
            match self.next().await {
                ServerMessage::Presence { .. } => {}
                other => return other,
            }
        }
    }

    /// Says something, and waits until it is accepted and heard.
    pub(crate) async fn says(&mut self, id: &str, words: &str) -> u64 {
        self.send(&say(id, words)).await;
        let (mut accepted, mut heard) = (None, None);
        while accepted.is_none() || heard.is_none() {
            match self.next_but_presence().await {
                ServerMessage::Accepted { seq, .. } => accepted = Some(seq),
                ServerMessage::Message { seq, text, .. } => {
                    assert_eq!(text.as_deref(), Some(words));
                    heard = Some(seq);
                }
                other => panic!("accepted or heard, and not {other:?}"),
            }
        }
        assert_eq!(accepted, heard);
        heard.unwrap_or_default()
    }
}

/// Runs a scenario with a server.
pub(crate) fn with_server<F>(
    what: &str,
    scenario: impl FnOnce(LinkDialer, MemoryLog) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send,
{
    harness::run(what, async move {
        let (dialer, log) = served(Link::new());
        scenario(dialer, log).await;
    });
}

/// So many messages in the room, of ada.
pub(crate) async fn fill(log: &MemoryLog, count: u64) {
    for number in 1..=count {
        let post =
            crate::common::say("ada", &number.to_string(), &format!("text {number}"));
        assert_eq!(crate::common::added(log, "harbour", post).await, number);
    }
}

pub(crate) fn message(seq: u64) -> ServerMessage {
    ServerMessage::Message {
        room: room(),
        seq,
        name: "ada".to_owned(),
        text: Some(format!("text {seq}")),
        id: Some(seq.to_string()),
    }
}

pub(crate) async fn expect(peer: &mut Peer<LinkStream>, expected: ServerMessage) {
    assert_eq!(peer.next_but_presence().await, expected);
}
