//! The chat's page when its reader is slow, and when its connection is lost: chapter 13's
//! server, which drops what is too much.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use backpressure::{Capacity, Limits, Policy, Rate, serve};
use futures_util::{SinkExt as _, StreamExt as _};
use handshake::Origins;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::chat::{enter, holds, say};
use crate::gate::{Gate, Gated, GatedListener};
use crate::{Page, in_a_page};

/// Chapter 13's server, in this process.
struct Server {
    address: SocketAddr,
    gate: Gate,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Server {
    /// Four frames may wait for a reader, and hardly anything in its connection.
    async fn start() -> Self {
        let listener = GatedListener::bind().await;
        let (address, gate) = (listener.address(), listener.gate.clone());
        let mut limits = Limits {
            outbox: Capacity {
                frames: 4,
                bytes: 1 << 20,
            },
            policy: Policy::DropOldest,
            rate: Rate {
                burst: 1000,
                interval: Duration::ZERO,
            },
            drain: Duration::from_millis(100),
            ..Limits::default()
        };
        limits.connection.max_output = 1 << 10;
        let (stop, stopped) = oneshot::channel::<()>();
        let policy = handshake::Policy {
            origins: Origins::Any,
            ..handshake::Policy::default()
        };
        let shutdown = async { drop(stopped.await) };
        let from = |_: &Gated| -> IpAddr { Ipv4Addr::LOCALHOST.into() };
        let served = serve(listener, limits, policy, chat::pages(), from, shutdown);
        Self {
            address,
            gate,
            stop,
            served: tokio::spawn(served),
        }
    }

    async fn stop(self) {
        drop(self.stop);
        self.served.await.expect("it returns");
    }
}

/// Somebody in the room, without a browser.
struct Person(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Person {
    async fn enter(server: &Server, name: &str) -> Self {
        let url = format!("ws://{}/chat", server.address);
        let (socket, _) = connect_async(url).await.expect("a handshake");
        let mut person = Self(socket);
        let hello = json!({ "type": "hello", "version": 1, "name": name });
        person.send(&hello).await;
        person
            .send(&json!({ "type": "join", "room": "tea-room" }))
            .await;
        person.hears("joined").await;
        person
    }

    async fn send(&mut self, message: &Value) {
        let text = Message::Text(message.to_string().into());
        self.0.send(text).await.expect("it is open");
    }

    async fn hears(&mut self, kind: &str) {
        loop {
            let heard = self.0.next().await.expect("more").expect("a message");
            let text = heard.into_text().expect("text");
            let heard: Value = serde_json::from_str(&text).expect("JSON");
            if heard["type"] == kind {
                return;
            }
        }
    }

    /// Says something, and waits until everybody has been told.
    async fn say(&mut self, text: &str) {
        self.send(&json!({ "type": "say", "room": "tea-room", "text": text }))
            .await;
        self.hears("message").await;
    }
}

/// What stands in the log, in short: the first word of each message, and how many are
/// missing.
const LOG: &str = "[...document.querySelectorAll('#log li')].map(item => {
    const missing = item.textContent.match(/^(\\d+) messages? (is|are) missing/);
    const said = item.querySelector('.name + span')?.textContent.split('.')[0];
    return missing ? Number(missing[1]) : said;
}).filter(found => found !== undefined)";

/// The first numbers are there, then so many are missing, then the others follow.
async fn adds_up(page: &Page, all: u64) {
    let log = page.eval(LOG).await;
    let mut next = 1;
    let mut holes = 0;
    for found in log.as_array().expect("a list") {
        match found {
            Value::Number(missing) => {
                next += missing.as_u64().expect("a count");
                holes += 1;
            }
            said => {
                assert_eq!(said, &json!(format!("{next:02}")), "{log}");
                next += 1;
            }
        }
    }
    assert_eq!((next, holes > 0), (all + 1, true), "{log}");
}

#[test]
fn what_is_missing_is_said_and_who_is_here_is_asked_anew() {
    in_a_page("a slow reader of the chat's page", async |ann| {
        let server = Server::start().await;
        ann.go(&format!("http://{}/", server.address)).await;
        enter(&ann, "Ann").await;
        server.gate.shut();
        let mut bob = Person::enter(&server, "Bob").await;
        for number in 1..=20 {
            // As long as a text may be.
            bob.say(&format!("{number:02}{:.<4094}", "")).await;
        }
        // There is no room to tell her of Eve.
        let _eve = Person::enter(&server, "Eve").await;
        bob.hears("presence").await;
        server.gate.open();
        holds(&ann, "members", "Eve").await;
        holds(&ann, "log", "20...").await;
        adds_up(&ann, 20).await;
        // It goes on, and nothing more is missing.
        bob.say("21").await;
        holds(&ann, "log", "21").await;
        adds_up(&ann, 21).await;
        server.stop().await;
        ann.finish(&[]);
    });
}

#[test]
fn what_nobody_may_have_heard_is_shown_when_the_connection_ends() {
    in_a_page("a lost connection of the chat's page", async |ann| {
        let server = Server::start().await;
        let url = format!("http://{}/", server.address);
        ann.go(&url).await;
        enter(&ann, "Ann").await;
        say(&ann, "Heard.").await;
        holds(&ann, "log", "Heard.").await;
        server.gate.shut();
        for number in 1..=16 {
            say(&ann, &format!("{number}. Is <b>anybody</b> there?")).await;
        }
        // More is not taken, and stays where it was written.
        say(&ann, "One too many").await;
        holds(&ann, "problem", "not answered yet").await;
        let field = "document.getElementById('text').value";
        assert_eq!(ann.text(field).await, "One too many");
        server.stop().await;
        for number in [1, 16] {
            let line = format!(
                "Perhaps nobody has heard this: {number}. Is <b>anybody</b> there?"
            );
            holds(&ann, "log", &line).await;
        }
        let lines = "String([...document.querySelectorAll('#log li')]
            .filter(item => item.textContent.startsWith('Perhaps')).length)";
        assert_eq!(ann.text(lines).await, "16");
        assert_eq!(ann.text(field).await, "One too many");
        ann.finish(&[]);
    });
}
