//! A server that says what a test says.
#![allow(dead_code, reason = "each test uses a part of it")]

use connection::{Config, Event, Message, Reader, Writer, accept};
use serde_json::Value;
use wiretap::{Link, LinkDialer, LinkListener, LinkStream, Listen as _, Recorder};

pub(crate) struct Script {
    listener: LinkListener,
    halves: Option<(Reader<LinkStream>, Writer<LinkStream>)>,
}

/// How to reach it, and the server, which has done nothing yet.
pub(crate) fn serve() -> (LinkDialer, Script) {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halves = None;
    (dialer, Script { listener, halves })
}

impl Script {
    /// A connection comes, and is lost before anything is said.
    pub(crate) async fn refuse(&mut self) {
        drop(self.listener.accept().await.expect("a client"));
    }

    /// A client comes, and is welcome.
    pub(crate) async fn accept(&mut self) {
        let io = self.listener.accept().await.expect("a client");
        let decide = |request: &_| crate::peer::anybody().check(request);
        let accepted = accept(io, &Default::default(), decide, Config::default()).await;
        let (websocket, _terms) = accepted.expect("a handshake");
        self.halves = Some(websocket.split());
        self.hears("hello").await;
        self.says(r#"{"type":"welcome","version":2,"name":"ada"}"#)
            .await;
    }

    pub(crate) async fn says(&mut self, text: &str) {
        let (_, writer) = self.halves.as_mut().expect("a connection");
        let sent = writer.send(Message::Text(text.into())).await;
        sent.expect("it is open");
        writer.flush().await.expect("it is open");
    }

    /// The next message, which is of this type.
    pub(crate) async fn hears(&mut self, kind: &str) -> Value {
        let (reader, _) = self.halves.as_mut().expect("a connection");
        match reader.read().await {
            Some(Event::Message(Message::Text(text))) => {
                let heard: Value = serde_json::from_str(&text).expect("JSON");
                assert_eq!(heard["type"], kind, "{heard}");
                heard
            }
            other => panic!("{kind}, and not {other:?}"),
        }
    }
}
