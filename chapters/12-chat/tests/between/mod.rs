//! Somebody between a client and a server, who changes what they say to each other.

use connection::{
    CloseCode, Closed, Config, Event, Message, Reader, WebSocket, Writer, accept,
    connect,
};
use handshake::{Offer, Policy};
use raw_http::Limits;
use serde_json::Value;
use wiretap::{Dial as _, LinkDialer, LinkStream};

/// What is wrong with a server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// With what it takes.
    pub(crate) up: fn(&mut Words),
    /// With what it says.
    pub(crate) down: fn(&mut Words),
    /// With how it closes; `None` is without a Close.
    pub(crate) close_code: fn(u16) -> Option<u16>,
    /// Whether it sees binary messages.
    pub(crate) binary: bool,
    /// Whether it goes on after a ping.
    pub(crate) pings: bool,
    /// Whether all its rooms are the same one.
    pub(crate) one_room: bool,
}

impl Default for Fault {
    /// None.
    fn default() -> Self {
        Self {
            up: |_| (),
            down: |_| (),
            close_code: Some,
            binary: true,
            pings: true,
            one_room: false,
        }
    }
}

/// One message on its way, and what is known of its connection.
#[derive(Debug, Default)]
pub(crate) struct Words {
    connection: u64,
    name: String,
    room: String,
    message: Value,
    /// What goes on in its place.
    on: Vec<String>,
    /// What goes back to where it came from.
    back: Vec<String>,
    held: Option<String>,
}

impl Words {
    /// Takes a message in, and learns from it.
    fn take(&mut self, text: &str) {
        self.on = vec![text.to_owned()];
        self.message = serde_json::from_str(text).unwrap_or_default();
        if self.is("hello") {
            self.name = self.field("name").as_str().unwrap_or_default().to_owned();
        }
    }

    /// On its way to the server.
    fn up(&mut self, text: &str, fault: Fault) {
        self.take(text);
        (fault.up)(self);
        if fault.one_room {
            self.one_room(true);
        }
    }

    /// On its way to the client.
    fn down(&mut self, text: &str, fault: Fault) {
        self.take(text);
        (fault.down)(self);
        if fault.one_room {
            self.one_room(false);
        }
    }

    pub(crate) fn connection(&self) -> u64 {
        self.connection
    }

    /// What the connection's person is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn own_name(&self) -> bool {
        self.field("name") == self.name
    }

    pub(crate) fn field(&self, field: &str) -> Value {
        self.message.get(field).cloned().unwrap_or_default()
    }

    pub(crate) fn is(&self, kind: &str) -> bool {
        self.has("type", kind)
    }

    pub(crate) fn has(&self, field: &str, value: &str) -> bool {
        self.field(field) == value
    }

    /// Changes a field of messages of this type.
    pub(crate) fn set(&mut self, kind: &str, field: &str, value: Value) {
        if self.is(kind) {
            self.message[field] = value;
            self.on = vec![self.message.to_string()];
        }
    }

    pub(crate) fn replace(&mut self, message: &Value) {
        self.on = vec![message.to_string()];
    }

    pub(crate) fn also(&mut self, message: &Value) {
        self.on.push(message.to_string());
    }

    pub(crate) fn twice(&mut self) {
        self.on.extend_from_within(..);
    }

    pub(crate) fn drop(&mut self) {
        self.on.clear();
    }

    pub(crate) fn answer(&mut self, message: &Value) {
        self.back.push(message.to_string());
    }

    /// Every second one goes before the one that was there first.
    pub(crate) fn swap(&mut self) {
        match self.held.take() {
            None => self.held = self.on.pop(),
            Some(first) => self.on.push(first),
        }
    }

    /// Takes the numbers off the names again that begin so.
    pub(crate) fn without_numbers(&mut self, start: &str) {
        let plain = |name: &mut Value| {
            if name.as_str().is_some_and(|name| name.starts_with(start)) {
                *name = start.into();
            }
        };
        if let Some(name) = self.message.get_mut("name") {
            plain(name);
        }
        if let Some(members) = self
            .message
            .get_mut("members")
            .and_then(Value::as_array_mut)
        {
            members.iter_mut().for_each(plain);
            members.dedup();
        }
        self.on = vec![self.message.to_string()];
    }

    /// All rooms are called the same where the server is, and what they should be where the
    /// client is.
    fn one_room(&mut self, up: bool) {
        let Some(room) = self.field("room").as_str().map(str::to_owned) else {
            return;
        };
        let kind = self.field("type").as_str().unwrap_or_default().to_owned();
        if up {
            self.set(&kind, "room", "all".into());
            self.room = room;
        } else {
            self.set(&kind, "room", self.room.clone().into());
        }
    }
}

/// What a side says.
enum Said {
    Text(String),
    Binary(Vec<u8>),
    Ping,
    Closed(Closed),
}

/// Stands between the client at `io` and the server that `inner` leads to, until either of
/// them has enough.
pub(crate) async fn between(io: LinkStream, inner: LinkDialer, fault: Fault) {
    let (client, server) = both(io, inner).await;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let mut words = Words {
        connection: number(),
        ..Words::default()
    };
    loop {
        tokio::select! {
            said = next(&mut from_client) => match said {
                Said::Text(text) => {
                    words.up(&text, fault);
                    pass(&mut words.on, &mut to_server).await;
                    pass(&mut words.back, &mut to_client).await;
                }
                Said::Binary(data) if fault.binary => {
                    let _ = to_server.send(Message::Binary(data.into())).await;
                }
                Said::Ping if !fault.pings => return,
                Said::Binary(_) | Said::Ping => {}
                Said::Closed(Closed::Agreed(_)) => {
                    let _ = to_server.close(CloseCode::NORMAL, "");
                    next(&mut from_server).await;
                    return end(from_client).await;
                }
                Said::Closed(_) => return,
            },
            said = next(&mut from_server) => match said {
                Said::Text(text) => {
                    words.down(&text, fault);
                    pass(&mut words.on, &mut to_client).await;
                }
                Said::Binary(_) => panic!("a chat says text"),
                Said::Ping => {}
                Said::Closed(closed) => {
                    let Some(code) = (fault.close_code)(closed.code()) else { return };
                    let code = CloseCode::new(code).expect("a code");
                    let _ = to_client.close(code, "");
                    return end(from_client).await;
                }
            },
        }
    }
}

/// The handshakes with both.
async fn both(
    io: LinkStream,
    inner: LinkDialer,
) -> (WebSocket<LinkStream>, WebSocket<LinkStream>) {
    let config = Config::default().max_message(1 << 20);
    let policy = |request: &_| Policy::default().check(request);
    let client = accept(io, &Limits::default(), policy, config.clone()).await;
    let io = inner.dial().await.expect("a server");
    let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
    let server = connect(io, offer, config).await;
    (
        client.expect("a handshake").0,
        server.expect("a handshake").0,
    )
}

fn number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

async fn pass(texts: &mut Vec<String>, to: &mut Writer<LinkStream>) {
    for text in texts.drain(..) {
        // Who does not listen any more says so where it is read.
        let _ = to.send(Message::Text(text.into())).await;
    }
    let _ = to.flush().await;
}

async fn next(from: &mut Reader<LinkStream>) -> Said {
    loop {
        match from.read().await {
            Some(Event::Message(Message::Text(text))) => {
                return Said::Text(text.into_owned());
            }
            Some(Event::Message(Message::Binary(data))) => {
                return Said::Binary(data.into_owned());
            }
            Some(Event::Closed(closed)) => return Said::Closed(closed),
            Some(Event::Ping(_)) => return Said::Ping,
            Some(Event::Pong(_)) => {}
            None => return Said::Closed(Closed::Lost),
        }
    }
}

async fn end(mut from: Reader<LinkStream>) {
    while from.read().await.is_some() {}
}
