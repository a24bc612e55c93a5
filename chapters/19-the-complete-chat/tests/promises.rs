//! The contract of every transport, for all that a conversation may go over.

#[path = "requests/board.rs"]
mod board;

use std::num::NonZeroUsize;
use std::time::Duration;

use board::{Says, Served};
use connection::{Config, Event, Message, connect};
use handshake::Offer;
use raw_http::{Client, Request, Response};
use serde_json::{Value, json};
use server_sent_events::{EventSource, Limits, Notice, Options};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};
use wiretap::{Dial as _, LinkListener};

/// What a conversation goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Handmade,
    Tungstenite,
    Events,
    Polls,
}

/// Before a client tries again.
const PAUSE: Duration = Duration::from_millis(20);

impl Transport for Over {
    type Board = Served;
    type Reader = Listener;

    fn name(&self) -> String {
        format!("{self:?}")
    }

    fn cannot(&self) -> &'static [Promise] {
        match self {
            Self::Handmade | Self::Tungstenite => &[],
            // What is said goes over another connection.
            Self::Events => &[Promise::TalksBack],
            // As in chapter 3: what happens while an answer is on its way has to wait.
            Self::Polls => &[Promise::InARow, Promise::TalksBack],
        }
    }

    fn board(&self, last: u64, kept: NonZeroUsize) -> Served {
        Served::new(last, kept)
    }

    fn append(&self, served: &Served, text: String) -> u64 {
        served.board.append(text)
    }

    async fn serve(&self, listener: LinkListener, served: Served, shutdown: Shutdown) {
        let is_handmade = *self != Self::Tungstenite;
        served.serve(listener, is_handmade, shutdown).await;
    }

    fn reader(&self, road: Road, cursor: u64) -> Listener {
        let (tell, told) = mpsc::channel(1);
        let (say, said) = mpsc::channel(1);
        let client = Listening {
            road,
            cursor,
            tell,
            said,
        };
        let listening = tokio::spawn(client.listen(*self));
        Listener {
            told,
            say,
            talks_back: !self.cannot().contains(&Promise::TalksBack),
            _listening: AbortOnDropHandle::new(listening),
        }
    }
}

/// The client, as the suite has it.
struct Listener {
    told: mpsc::Receiver<Told>,
    say: mpsc::Sender<String>,
    talks_back: bool,
    _listening: AbortOnDropHandle<()>,
}

impl Reader for Listener {
    async fn next(&mut self) -> Told {
        self.told.recv().await.unwrap_or(Told::Failed)
    }

    async fn say(&mut self, text: &str) -> bool {
        self.talks_back && self.say.send(text.to_owned()).await.is_ok()
    }
}

/// What goes on behind it: one line after the other, each of which goes on where the one
/// before it has ended.
struct Listening {
    road: Road,
    cursor: u64,
    tell: mpsc::Sender<Told>,
    said: mpsc::Receiver<String>,
}

impl Listening {
    async fn listen(mut self, over: Over) {
        loop {
            let ended: Option<()> = match over {
                Over::Handmade | Over::Tungstenite => self.by_websocket().await,
                Over::Events => self.by_events().await,
                Over::Polls => self.by_polls().await,
            };
            assert_eq!(ended, None, "a line goes on until it fails");
            sleep(PAUSE).await;
        }
    }

    async fn hear(&mut self, text: &str) -> Option<()> {
        let told = match serde_json::from_str(text).expect("what was told") {
            Says::Event(seq, text) => {
                self.cursor = seq;
                Told::Event(seq, text)
            }
            Says::Gap(first, last) => {
                self.cursor = last;
                Told::Gap(first, last)
            }
        };
        self.tell.send(told).await.ok()
    }

    async fn by_websocket(&mut self) -> Option<()> {
        let io = self.road.dial().await.ok()?;
        let offer = Offer::new(&"ws://board.test/chat".parse().expect("a URL"));
        let opened = connect(io, offer, Config::default()).await;
        let (mut reader, mut writer) = opened.ok()?.0.split();
        let first = self.cursor.to_string();
        writer.send(Message::Text(first.into())).await.ok()?;
        loop {
            let text = tokio::select! {
                event = reader.read() => match event? {
                    Event::Message(Message::Text(text)) => text.into_owned(),
                    _ => continue,
                },
                Some(said) = self.said.recv() => {
                    writer.send(Message::Text(said.into())).await.ok()?;
                    continue;
                }
            };
            self.hear(&text).await?;
        }
    }

    /// Opens a line, and says where to begin. Gives the line's path, and its cookie.
    async fn open(&mut self) -> Option<(String, String)> {
        let mut client = Client::new(self.road.clone(), "board.test");
        let opened = client.send(post("/chat/line", &json!({}))).await.ok()?;
        let line = json_of(&opened, 201)?["line"].as_str()?.to_owned();
        let path = format!("/chat/line/{line}");
        let cookie = opened.headers.get("Set-Cookie")?;
        let cookie = cookie.split(';').next()?.to_owned();
        let first = json!({ "n": 1, "messages": [self.cursor.to_string()] });
        let say = post(&format!("{path}/say"), &first).header("Cookie", &cookie);
        loop {
            match client.send(say.clone()).await {
                Ok(answer) if answer.status == 204 => return Some((path, cookie)),
                Ok(_) => return None,
                // It has been taken, perhaps; then it is not taken again.
                Err(_cut) => sleep(PAUSE).await,
            }
        }
    }

    async fn by_polls(&mut self) -> Option<()> {
        let (path, cookie) = self.open().await?;
        let mut client = Client::new(self.road.clone(), "board.test");
        let mut after = 0;
        loop {
            let poll = Request::get(format!("{path}/poll?after={after}"))
                .header("Cookie", &cookie);
            let Ok(answer) = client.send(poll).await else {
                sleep(PAUSE).await;
                continue;
            };
            let polled = json_of(&answer, 200)?;
            for text in polled["messages"].as_array()? {
                self.hear(text.as_str()?).await?;
            }
            after = polled["last"].as_u64()?;
            if polled.get("closed").is_some() {
                return None;
            }
        }
    }

    async fn by_events(&mut self) -> Option<()> {
        let (path, cookie) = self.open().await?;
        let options = Options {
            limits: Limits {
                line_bytes: 1 << 20,
                data_bytes: 1 << 20,
            },
            retry_bounds: [PAUSE, PAUSE],
            ..Options::default()
        };
        let events = format!("{path}/events");
        let road = self.road.clone();
        let mut source =
            EventSource::new(road, "board.test", events, options).with_cookie(cookie);
        loop {
            match source.next().await? {
                Notice::Message(message) if message.event_type == "close" => {
                    return None;
                }
                Notice::Message(message) => self.hear(&message.data).await?,
                Notice::Open | Notice::Interrupted { .. } => {}
                Notice::Failed(_) => return None,
            }
        }
    }
}

fn post(path: &str, body: &Value) -> Request {
    let request = Request::post(path, body.to_string());
    request.header("Content-Type", "application/json")
}

fn json_of(answer: &Response, status: u16) -> Option<Value> {
    let is_good = answer.status == status;
    serde_json::from_slice(&answer.body)
        .ok()
        .filter(|_| is_good)
}

macro_rules! each {
    ($($name:ident: $over:ident),* $(,)?) => { $(
        mod $name {
            use super::*;

            #[test]
            fn the_promises() {
                contract::examine(Over::$over);
            }

            #[test]
            fn thousands_of_networks() {
                contract::chop(Over::$over);
            }
        }
    )* };
}

each! {
    a_websocket_of_chapter_9: Handmade,
    a_websocket_of_tungstenite: Tungstenite,
    events: Events,
    polls: Polls,
}
