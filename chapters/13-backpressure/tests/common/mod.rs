//! A server at the other end of a network, and people in its rooms.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::Router;
use backpressure::{Limits, Rate, serve};
use connection::{Closed, Config, Event, Message, Reader, Writer, connect};
use handshake::{Offer, Policy};
use serde_json::{Value, json};
use wiretap::{Dial, Link, LinkDialer, LinkListener, LinkStream, Recorder};

pub(crate) const URL: &str = "ws://chat.test/chat";

/// Limits for tests in which a lot is said.
pub(crate) fn talkative() -> Limits {
    Limits {
        rate: Rate {
            burst: 1_000_000,
            interval: Duration::ZERO,
        },
        ..Limits::default()
    }
}

/// Where everybody comes from who does not say otherwise.
pub(crate) fn from_here(_: &LinkStream) -> IpAddr {
    Ipv4Addr::LOCALHOST.into()
}

/// A server with these limits, on a network that takes no time.
pub(crate) fn served(limits: Limits) -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    serve_on(listener, limits);
    dialer
}

pub(crate) fn serve_on(listener: LinkListener, limits: Limits) {
    let policy = Policy::default();
    tokio::spawn(serve(
        listener,
        limits,
        policy,
        Router::new(),
        from_here,
        std::future::pending(),
    ));
}

/// Somebody with a connection, who reads only when told to.
pub(crate) struct Person {
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

/// What somebody hears.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Said(Value),
    Closed(Closed),
}

impl Heard {
    pub(crate) fn close_code(&self) -> Option<u16> {
        match self {
            Self::Said(_) => None,
            Self::Closed(closed) => Some(closed.code()),
        }
    }
}

impl Person {
    pub(crate) async fn connect(dialer: &LinkDialer) -> Self {
        let io = dialer.dial().await.expect("a server");
        let offer = Offer::new(&URL.parse().expect("a URL"));
        let config = Config {
            // What is said waits for nobody who does not listen.
            max_output: 1 << 30,
            ..Config::default()
        };
        let connected = connect(io, offer, config).await;
        let (reader, writer) = connected.expect("a handshake").0.split();
        Self { reader, writer }
    }

    /// Somebody who is in the room `r`, and has heard that.
    pub(crate) async fn enter(dialer: &LinkDialer, name: &str) -> Self {
        let mut person = Self::connect(dialer).await;
        person
            .send(json!({"type": "hello", "version": 1, "name": name}))
            .await;
        person.send(json!({"type": "join", "room": "r"})).await;
        person.hears("welcome").await;
        person.hears("joined").await;
        person
    }

    pub(crate) async fn send(&mut self, what: Value) {
        let text = what.to_string();
        let sent = self.writer.send(Message::Text(text.into())).await;
        sent.expect("the connection is open");
        self.writer.flush().await.expect("the server reads");
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.send(json!({"type": "say", "room": "r", "text": text}))
            .await;
    }

    pub(crate) async fn ping(&mut self) {
        self.writer.ping(b"").await.expect("it is open");
        self.writer.flush().await.expect("the server reads");
    }

    /// Says something so many times at once, and hears meanwhile so many messages.
    pub(crate) async fn talk(&mut self, text: &str, times: usize, messages: usize) {
        let say = json!({"type": "say", "room": "r", "text": text}).to_string();
        let Self { reader, writer } = self;
        let saying = async {
            for _ in 0..times {
                let sent = writer.send(Message::Text(say.as_str().into())).await;
                sent.expect("the connection is open");
            }
            writer.flush().await.expect("the server reads");
        };
        let hearing = async {
            let mut heard = 0;
            while heard < messages {
                match hear(reader).await {
                    Heard::Said(said) if said["type"] == "message" => heard += 1,
                    Heard::Said(said) if said["type"] == "presence" => {}
                    other => panic!("after {heard} messages: {other:?}"),
                }
            }
        };
        tokio::join!(saying, hearing);
    }

    /// What comes next.
    pub(crate) async fn hear(&mut self) -> Heard {
        hear(&mut self.reader).await
    }

    /// What comes next, which has to be of this type.
    pub(crate) async fn hears(&mut self, kind: &str) -> Value {
        match self.hear().await {
            Heard::Said(value) if value["type"] == kind => value,
            heard => panic!("{kind} is expected, and not {heard:?}"),
        }
    }

    /// Reads until the connection is over; the last thing that came.
    pub(crate) async fn hear_the_end(&mut self) -> Closed {
        loop {
            if let Heard::Closed(closed) = self.hear().await {
                return closed;
            }
        }
    }
}

async fn hear(reader: &mut Reader<LinkStream>) -> Heard {
    loop {
        match reader.read().await.expect("this is not the end") {
            Event::Message(Message::Text(text)) => {
                return Heard::Said(serde_json::from_str(&text).expect("JSON"));
            }
            Event::Message(Message::Binary(_)) => panic!("the chat speaks text"),
            Event::Ping(_) | Event::Pong(_) => {}
            Event::Closed(closed) => return Heard::Closed(closed),
        }
    }
}
