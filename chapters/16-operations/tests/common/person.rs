//! Somebody with an account: over HTTP, and then over a WebSocket.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use connection::{Config, Event, Message, Reader, Writer, connect};
use handshake::Offer;
use serde_json::{Value, json};
use wiretap::{Dial as _, Tcp};

pub(crate) const PASSWORD: &str = "a long and secret password";

/// Who has signed up and in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    address: SocketAddr,
    name: String,
    /// As it is sent back.
    pub(crate) cookie: String,
}

/// An answer: its status, the cookie that it sets, and its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) body: Value,
}

/// Sends a request as a program does, which is no page.
pub(crate) fn post(
    address: SocketAddr,
    path: &str,
    cookie: &str,
    body: &Value,
) -> Answer {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nCookie: {cookie}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let cookie = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_cookie = name.eq_ignore_ascii_case("set-cookie");
        is_cookie.then(|| value.split(';').next().unwrap_or_default().to_owned())
    });
    Answer {
        status: head[9..12].parse().expect("a status"),
        cookie,
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}

impl Person {
    /// Signs up.
    pub(crate) fn new(address: SocketAddr, name: &str) -> Self {
        let credentials = json!({"name": name, "password": PASSWORD});
        let answer = post(address, "/api/sign-up", "", &credentials);
        assert_eq!(answer.status, 201, "{}", answer.body);
        Self::signed_in(address, name)
    }

    pub(crate) fn signed_in(address: SocketAddr, name: &str) -> Self {
        let credentials = json!({"name": name, "password": PASSWORD});
        let answer = post(address, "/api/sign-in", "", &credentials);
        assert_eq!(answer.status, 200, "{}", answer.body);
        Self {
            address,
            name: name.to_owned(),
            cookie: answer.cookie.expect("a session"),
        }
    }

    /// The same person at another server, with the same session.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        post(self.address, path, &self.cookie, body)
    }

    pub(crate) fn ticket(&self) -> String {
        let answer = self.post("/api/ticket", &json!({}));
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// A room for everybody, and to be a member of it.
    pub(crate) fn makes_room(&self, room: &str) {
        let answer = self.post("/api/rooms", &json!({"room": room, "kind": "public"}));
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// Connected, with a ticket for its hello, and in this room after that number.
    pub(crate) async fn joined(&self, room: &str, after: u64) -> Talking {
        let person = self.clone();
        let ticket = tokio::task::spawn_blocking(move || person.ticket());
        let ticket = ticket.await.expect("no panic");
        let mut talking = Talking::open(self.address).await;
        talking
            .say(&json!({"type": "hello", "version": 3, "ticket": ticket}))
            .await;
        let welcome = talking.hear().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        talking
            .say(&json!({"type": "join", "room": room, "after": after}))
            .await;
        let joined = talking.hear().await;
        assert_eq!(joined["type"], "joined", "{joined}");
        talking
    }
}

/// A connection of somebody's.
pub(crate) struct Talking {
    reader: Reader<tokio::net::TcpStream>,
    writer: Writer<tokio::net::TcpStream>,
    /// The code of the server's Close.
    closed: u16,
}

impl Talking {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let io = Tcp(address).dial().await.expect("it listens");
        let url = format!("ws://{address}/chat");
        let offer = Offer::new(&url.parse().expect("a URL"));
        let opened = connect(io, offer, Config::default()).await;
        let (reader, writer) = opened.expect("a handshake").0.split();
        Self {
            reader,
            writer,
            closed: 0,
        }
    }

    /// One that is closing takes nothing more; [`hear`](Self::hear) says so.
    pub(crate) async fn say(&mut self, message: &Value) {
        let message = Message::Text(message.to_string().into());
        if self.writer.send(message).await.is_ok() {
            let _ = self.writer.flush().await;
        }
    }

    /// The next message; `Null` when the connection is over.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            match self.reader.read().await.expect("an end comes first") {
                Event::Message(Message::Text(text)) => {
                    return serde_json::from_str(&text).expect("JSON");
                }
                Event::Closed(closed) => {
                    self.closed = closed.code();
                    return Value::Null;
                }
                _ => {}
            }
        }
    }

    /// Says something, and waits until it is accepted: its number. `None` when the
    /// connection ends before.
    pub(crate) async fn says(
        &mut self,
        room: &str,
        id: &str,
        text: &str,
    ) -> Option<u64> {
        let say = json!({"type": "say", "room": room, "id": id, "text": text});
        self.say(&say).await;
        loop {
            let message = self.hear().await;
            match message["type"].as_str() {
                Some("accepted") => return message["seq"].as_u64(),
                None => return None,
                Some(_) => {}
            }
        }
    }

    /// The code with which the server has closed.
    pub(crate) fn code(&self) -> u16 {
        self.closed
    }
}
