//! The client, over connections that are no WebSockets.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::collections::VecDeque;
use std::sync::Mutex;

use history::protocol::ServerMessage;
use history::{Client, ClientLine, ClientOptions, Connect, Exchanged, Failure, Notice};
use peer::{room, text};
use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use wiretap::harness;

/// Gives what is in its list, and then fails for good.
struct Listed(Mutex<VecDeque<Result<Channel, Failure>>>);

/// A connection in memory: what is sent, and what is to be heard.
struct Channel(Sender<String>, Receiver<String>);

impl Connect for Listed {
    type Line = Channel;

    async fn connect(&self) -> Result<(Channel, String), Failure> {
        let next = self.0.lock().expect("no panic").pop_front();
        let signed_out = || Err(Failure::Final("signed out".to_owned()));
        let channel = next.unwrap_or_else(signed_out)?;
        Ok((channel, r#"{"type":"hello","ticket":"1"}"#.to_owned()))
    }
}

impl ClientLine for Channel {
    async fn exchange(&mut self, text: Option<String>) -> Exchanged {
        let Self(sends, hears) = self;
        tokio::select! {
            biased;
            Ok(place) = sends.reserve(), if text.is_some() => {
                place.send(text.unwrap_or_default());
                Exchanged::Sent
            }
            heard = hears.recv() => match heard {
                Some(text) => Exchanged::Heard(text),
                None => Exchanged::Over(Failure::Temporary("hung up".to_owned())),
            },
        }
    }
}

/// The server's end.
struct Server(Receiver<String>, Sender<String>);

impl Server {
    async fn hears(&mut self, kind: &str) -> Value {
        let heard = self.0.recv().await.expect("it is open");
        let heard: Value = serde_json::from_str(&heard).expect("JSON");
        assert_eq!(heard["type"], kind, "{heard}");
        heard
    }

    async fn says(&self, text: &str) {
        self.1.send(text.to_owned()).await.expect("it is open");
    }

    /// The client is greeted, and comes into the room.
    async fn lets_in(&mut self) {
        assert_eq!(self.hears("hello").await["ticket"], "1");
        self.says(WELCOME).await;
        self.hears("join").await;
        self.says(JOINED).await;
    }
}

const WELCOME: &str = r#"{"type":"welcome","version":3,"name":"ada","rooms":[]}"#;
const JOINED: &str = r#"{"type":"joined","room":"harbour","seq":0,"members":[]}"#;
const LEFT: &str = r#"{"type":"left","room":"harbour"}"#;

fn pair() -> (Channel, Server) {
    let (to_server, from_client) = channel(1);
    let (to_client, from_server) = channel(1);
    (
        Channel(to_server, from_server),
        Server(from_client, to_client),
    )
}

fn client(attempts: Vec<Result<Channel, Failure>>) -> Client<Listed> {
    let options = ClientOptions {
        seed: 14,
        ..ClientOptions::default()
    };
    let mut client = Client::over(Listed(Mutex::new(attempts.into())), options);
    client.join(room(), Some(0));
    client
}

async fn next(client: &mut Client<Listed>) -> Notice {
    client.next().await.expect("it goes on")
}

#[test]
fn a_client_says_the_hello_of_its_connection_and_knows_its_welcome() {
    harness::run("a connection in memory", async {
        let (channel, mut server) = pair();
        let mut client = client(vec![Ok(channel)]);
        assert_eq!(client.welcome(), None);
        tokio::spawn(async move {
            server.lets_in().await;
            server.says(r#"{"type":"removed","room":"harbour"}"#).await;
            std::future::pending::<()>().await;
        });
        assert_eq!(next(&mut client).await, Notice::Connected);
        assert_eq!(client.welcome(), Some(WELCOME));
        assert!(matches!(next(&mut client).await, Notice::Told(_)));
        // What version 2 does not know is told all the same.
        let removed = r#"{"type":"removed","room":"harbour"}"#.to_owned();
        assert_eq!(next(&mut client).await, Notice::Unknown(removed));
    });
}

#[test]
fn what_fails_for_now_is_tried_again_and_what_fails_for_good_is_not() {
    harness::run("attempts that fail", async {
        let (channel, server) = pair();
        drop(server);
        let no_route = Failure::Temporary("no route".to_owned());
        let mut client = client(vec![Err(no_route), Ok(channel)]);
        for expected in ["no route", "hung up"] {
            match next(&mut client).await {
                Notice::Cut { why, .. } => assert_eq!(why, expected),
                other => panic!("cut, and not {other:?}"),
            }
        }
        let failed = Notice::Failed("signed out".to_owned());
        assert_eq!(next(&mut client).await, failed);
        assert_eq!(client.next().await, None);
    });
}

#[test]
fn a_room_that_is_none_is_asked_for_once() {
    harness::run("a room that is none", async {
        let (channel, mut server) = pair();
        let mut client = client(vec![Ok(channel)]);
        client.say(room(), text("hello?")).expect("room");
        let serving = async {
            server.hears("hello").await;
            server.says(WELCOME).await;
            server.hears("join").await;
            let refusal = serde_json::json!({
                "type": "error", "code": "no_such_room", "text": "no", "room": "harbour",
            });
            server.says(&refusal.to_string()).await;
            // What was to be said there is refused for it.
            let id = server.hears("say").await["id"].clone();
            let refusal = serde_json::json!({
                "type": "error", "code": "not_in_room", "text": "no", "id": id,
            });
            server.says(&refusal.to_string()).await;
            server
        };
        let talking = async {
            while client.pending() > 0 {
                next(&mut client).await;
            }
            client
        };
        tokio::join!(serving, talking);
    });
}

#[test]
fn who_is_put_out_of_a_room_does_not_come_back_by_itself() {
    harness::run("a client that is put out", async {
        let (first, mut server) = pair();
        let (second, mut again) = pair();
        let mut client = client(vec![Ok(first), Ok(second)]);
        let serving = async {
            server.lets_in().await;
            server.says(LEFT).await;
            let id = server.hears("say").await["id"].clone();
            let refusal = serde_json::json!({
                "type": "error", "code": "not_in_room", "text": "no", "id": id,
            });
            server.says(&refusal.to_string()).await;
            drop(server);
            again.hears("hello").await;
            again.says(WELCOME).await;
            // Its first message behind the hello is this, and no `join`.
            again.hears("typing").await;
        };
        let talking = async {
            assert_eq!(next(&mut client).await, Notice::Connected);
            next(&mut client).await;
            let left = ServerMessage::Left { room: room() };
            assert_eq!(next(&mut client).await, Notice::Told(left));
            assert_eq!(client.cursor(&room()), None);
            client.say(room(), text("am I here?")).expect("room");
            while next(&mut client).await != Notice::Connected {}
            assert_eq!(client.pending(), 0, "it has been refused");
            let typing = chat::protocol::Typing { room: room() };
            client.ask(&history::protocol::ClientMessage::Typing(typing));
            client.next().await
        };
        tokio::select! {
            () = serving => {}
            notice = talking => panic!("nothing more is told, and not {notice:?}"),
        }
    });
}
