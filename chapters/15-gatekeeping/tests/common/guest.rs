//! Somebody with a connection.

use connection::{Config, Event, Message, Reader, Writer, connect};
use handshake::{HandshakeError, Offer, Rejection};
use serde_json::{Value, json};
use wiretap::{Dial as _, LinkDialer, LinkStream};

/// Somebody with a connection, who reads only when told to.
pub(crate) struct Guest {
    reader: Reader<LinkStream>,
    writer: Writer<LinkStream>,
}

impl Guest {
    /// Has said nothing yet.
    pub(crate) async fn connect(dialer: &LinkDialer) -> Self {
        let guest = Self::try_connect(dialer, None).await;
        guest.unwrap_or_else(|status| panic!("a handshake, and not {status}"))
    }

    /// The same, forwarded for somebody; or the status of the refusal.
    pub(crate) async fn try_connect(
        dialer: &LinkDialer,
        forwarded_for: Option<&str>,
    ) -> Result<Self, u16> {
        let io = dialer.dial().await.expect("it listens");
        let mut offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
        if let Some(address) = forwarded_for {
            offer.headers.append("X-Forwarded-For", address);
        }
        match connect(io, offer, Config::default()).await {
            Ok((websocket, _)) => {
                let (reader, writer) = websocket.split();
                Ok(Self { reader, writer })
            }
            Err(HandshakeError::Rejected(Rejection::Status(head))) => Err(head.status),
            Err(error) => panic!("a handshake, or a refusal: {error}"),
        }
    }

    pub(crate) async fn hello(&mut self, ticket: &str) {
        self.send(json!({"type": "hello", "version": 3, "ticket": ticket}))
            .await;
    }

    pub(crate) async fn send(&mut self, what: Value) {
        let message = Message::Text(what.to_string().into());
        self.writer.send(message).await.expect("it is open");
        self.writer.flush().await.expect("it reads");
    }

    /// Joins a room, and has heard that.
    pub(crate) async fn join(&mut self, room: &str) {
        self.send(json!({"type": "join", "room": room})).await;
        self.hears("joined").await;
    }

    /// The next message, or the code of the end.
    pub(crate) async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.reader.read().await.expect("it is open") {
                Event::Message(Message::Text(text)) => {
                    return Ok(serde_json::from_str(&text).expect("JSON"));
                }
                Event::Message(Message::Binary(_)) => panic!("the chat speaks text"),
                Event::Ping(_) | Event::Pong(_) => {}
                Event::Closed(closed) => return Err(closed.code()),
            }
        }
    }

    /// The next message, which is of this type.
    pub(crate) async fn hears(&mut self, kind: &str) -> Value {
        match self.next().await {
            Ok(value) if value["type"] == kind => value,
            heard => panic!("{kind} is expected, and not {heard:?}"),
        }
    }

    /// The next message, which is a problem of this kind.
    pub(crate) async fn hears_problem(&mut self, code: &str) -> Value {
        let problem = self.hears("error").await;
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }

    /// Reads until the connection is over; the code of its Close.
    pub(crate) async fn hears_the_end(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }
}
