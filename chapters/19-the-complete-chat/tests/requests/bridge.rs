//! A way to speak to lines of requests as to a WebSocket: what passes texts on, in both
//! directions, so that chapter 12's suite and chapter 14's client may be used with them.

use std::io;
use std::time::Duration;

use chat::protocol::MAX_MESSAGE;
use connection::{
    CloseCode, Closed, Config, Event, Message, Reader, WebSocket, Writer, accept,
};
use handshake::{Origins, Policy};
use serde_json::Value;
use server_sent_events::{EventSource, Limits, Notice, Options};
use tokio::io::{DuplexStream, duplex};
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;
use wiretap::{Dial, LinkDialer};

use crate::requests::Asking;

/// How what is told comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Down {
    Events,
    Polls,
}

/// A dialer whose streams are WebSockets at this end, and lines of requests at the other.
#[derive(Clone)]
pub(crate) struct Bridge {
    pub(crate) dialer: LinkDialer,
    pub(crate) down: Down,
}

impl Dial for Bridge {
    type Io = DuplexStream;

    async fn dial(&self) -> io::Result<DuplexStream> {
        let (near, far) = duplex(64 << 10);
        tokio::spawn(self.clone().pass_on(far));
        Ok(near)
    }
}

impl Bridge {
    async fn pass_on(self, far: DuplexStream) {
        let policy = Policy {
            origins: Origins::Any,
            ..Policy::default()
        };
        let config = Config::default().max_message(8 * MAX_MESSAGE);
        let limits = raw_http::Limits::default();
        let opened = accept(far, &limits, |head| policy.check(head), config).await;
        let Ok((websocket, _terms)) = opened else {
            return;
        };
        let (reader, writer) = WebSocket::split(websocket);
        let line = Asking::open(self.dialer.clone()).await;
        let beside = line.beside(&self.dialer);
        let down = tokio::spawn(async move {
            match self.down {
                Down::Events => stream_down(beside, self.dialer, writer).await,
                Down::Polls => poll_down(beside, writer).await,
            }
        });
        carry_up(line, reader, AbortOnDropHandle::new(down)).await;
    }
}

/// Says what is said, until the peer is gone: then nothing is asked for any more.
async fn carry_up(
    mut line: Asking,
    mut reader: Reader<DuplexStream>,
    down: AbortOnDropHandle<()>,
) {
    let mut n = 1;
    while let Some(event) = reader.read().await {
        match event {
            Event::Message(Message::Text(text)) => {
                // 503 is for now, and 410 says that it is closed.
                while line.say(n, &[&text]).await == 503 {}
                n += 1;
            }
            Event::Message(Message::Binary(_)) => panic!("no line has a place for it"),
            Event::Ping(_) | Event::Pong(_) => {}
            Event::Closed(Closed::Lost) => return drop(down),
            Event::Closed(_) => {
                line.close().await;
            }
        }
    }
}

async fn poll_down(mut line: Asking, mut writer: Writer<DuplexStream>) {
    let mut after = 0;
    loop {
        let (status, answer) = line.poll(after).await;
        if status != 200 {
            return;
        }
        after = answer["last"].as_u64().expect("a number");
        for text in answer["messages"].as_array().expect("texts") {
            let text = text.as_str().expect("a text").to_owned();
            // If it is closed, the reader says so.
            let _ = writer.send(Message::Text(text.into())).await;
        }
        if let Some(closed) = answer.get("closed") {
            return close(closed, &mut writer);
        }
    }
}

async fn stream_down(
    line: Asking,
    dialer: LinkDialer,
    mut writer: Writer<DuplexStream>,
) {
    let options = Options {
        limits: Limits {
            line_bytes: 4 << 20,
            data_bytes: 4 << 20,
        },
        ..Options::default()
    };
    let path = line.path("events");
    let mut source =
        EventSource::new(dialer, "chat.test", path, options).with_cookie(&line.cookie);
    while let Some(notice) = source.next().await {
        match notice {
            Notice::Message(message) if message.event_type == "close" => {
                let closed = serde_json::from_str(&message.data).expect("JSON");
                return close(&closed, &mut writer);
            }
            Notice::Message(message) => {
                let _ = writer.send(Message::Text(message.data.into())).await;
            }
            Notice::Interrupted { .. } => sleep(Duration::ZERO).await,
            Notice::Open | Notice::Failed(_) => {}
        }
    }
}

fn close(closed: &Value, writer: &mut Writer<DuplexStream>) {
    let code = closed["code"].as_u64().expect("a number");
    let code = u16::try_from(code).ok().and_then(CloseCode::new);
    let reason = closed["reason"].as_str().expect("a text");
    let _ = writer.close(code.expect("a code"), reason);
}
