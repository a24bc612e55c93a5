//! The way in: an account, a session, a ticket, and a WebSocket.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use connection::{Config, WebSocket, connect};
use handshake::Offer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::talker::Line;

/// How long the server may take for any answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// Its name and its port, as it is called.
    host: String,
    /// Is part of all names of this run, so that they are free.
    run: String,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    door: Door,
    cookie: String,
}

struct Answer {
    status: u16,
    cookie: Option<String>,
    body: Value,
}

impl Door {
    pub(crate) fn new(url: &str) -> io::Result<Self> {
        let wrong = || {
            let text = "write the URL as http://HOST:PORT/; to measure a server behind TLS, \
                        measure it where its proxy reaches it";
            io::Error::new(io::ErrorKind::InvalidInput, text)
        };
        let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
        let host = rest.split('/').next().filter(|host| !host.is_empty());
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let run = now.map_or(0, |now| now.as_millis());
        Ok(Self {
            host: host.ok_or_else(wrong)?.to_owned(),
            run: format!("{run:x}"),
        })
    }

    async fn dial(&self) -> io::Result<TcpStream> {
        let has_port = self.host.rsplit(':').next().is_some_and(|port| {
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        });
        let stream = if has_port {
            TcpStream::connect(&self.host).await
        } else {
            TcpStream::connect((self.host.as_str(), 80)).await
        };
        let stream = stream.map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", self.host))
        })?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// An account with a name of its own, and a session.
    pub(crate) async fn sign_up(&self, number: usize) -> io::Result<Session> {
        let name = format!("load-{}-{number}", self.run);
        let password = format!("the password of {name}");
        let credentials = json!({"name": name, "password": password});
        self.expect("/api/sign-up", "", &credentials, 201).await?;
        let answer = self.expect("/api/sign-in", "", &credentials, 200).await?;
        let cookie = answer.cookie.ok_or_else(|| odd("no session came"))?;
        let door = self.clone();
        Ok(Session { door, cookie })
    }

    async fn expect(
        &self,
        path: &str,
        cookie: &str,
        body: &Value,
        status: u16,
    ) -> io::Result<Answer> {
        let answer = timeout(PATIENCE, self.post(path, cookie, body)).await;
        let answer = answer.map_err(|_| odd(&format!("{path}: no answer came")))??;
        if answer.status == status {
            return Ok(answer);
        }
        let text = answer.body["error"]["text"].as_str().unwrap_or_default();
        Err(odd(&format!("{path}: {} {text}", answer.status)))
    }

    async fn post(&self, path: &str, cookie: &str, body: &Value) -> io::Result<Answer> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\
             Cookie: {cookie}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        let mut stream = self.dial().await?;
        stream.write_all(request.as_bytes()).await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| odd("no head"))?;
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let cookie = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let value = value.split(';').next()?.trim();
            name.eq_ignore_ascii_case("set-cookie")
                .then(|| value.to_owned())
        });
        Ok(Answer {
            status: status.ok_or_else(|| odd("no status"))?,
            cookie,
            body: serde_json::from_str(body).unwrap_or_default(),
        })
    }
}

impl Session {
    /// A public room with a name of its own.
    pub(crate) async fn make_room(&self, number: usize) -> io::Result<String> {
        let room = format!("load-{}-{number}", self.door.run);
        let body = json!({"room": room, "kind": "public"});
        let answer = self
            .door
            .expect("/api/rooms", &self.cookie, &body, 201)
            .await?;
        let made = answer.body["room"].as_str();
        Ok(made.map_or(room, str::to_owned))
    }

    /// A connection that is in the room, of which this account becomes a member.
    pub(crate) async fn connect(&self, room: &str) -> io::Result<Line> {
        let enter = format!("/api/rooms/{room}/enter");
        self.door
            .expect(&enter, &self.cookie, &json!({}), 200)
            .await?;
        let (path, nothing) = ("/api/ticket", json!({}));
        let answer = self.door.expect(path, &self.cookie, &nothing, 201).await?;
        let ticket = &answer.body["ticket"];
        let url = format!("ws://{}/chat", self.door.host);
        let offer = Offer::new(&url.parse().map_err(io::Error::other)?);
        let stream = self.door.dial().await?;
        let opened = timeout(PATIENCE, connect(stream, offer, Config::default())).await;
        let (websocket, _): (WebSocket<TcpStream>, _) = opened
            .map_err(|_| odd("/chat: no answer came"))?
            .map_err(io::Error::other)?;
        let mut line = Line::new(websocket);
        let hello = json!({"type": "hello", "version": 3, "ticket": ticket});
        line.expect(&hello, "welcome").await?;
        let join = json!({"type": "join", "room": room});
        let joined = line.expect(&join, "joined").await?;
        line.cursor = joined["seq"].as_u64().unwrap_or(0);
        Ok(line)
    }
}

pub(crate) fn odd(text: &str) -> io::Error {
    io::Error::other(text.to_owned())
}
