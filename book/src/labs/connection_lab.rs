//! The lab of chapter 9: the page's own `WebSocket` against the chapter's server, which
//! keeps its rules or breaks one; and a client whose bytes are written by hand, for the
//! rules that a browser cannot break.

mod wrong;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use connection::{
    CloseCode, Closed, Config, Event, MAX_REASON, SendError, ServerConfig, WebSocket,
    Writer, accept, echo, serve,
};
use handshake::{Offer, Origins, Policy, Refusal, WebSocketUrl};
use raw_http::{Limits, RequestHead};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::time::timeout;
use wiretap::{Link, Recorder, Side};

use super::raw::{self, Pieces};
use super::session::Session;
use wrong::{CUT, FRAGMENTS, LIES, TRIES, Wrong, find};

/// The longest message that the lab's server takes, in bytes.
const MOST_BYTES: usize = 1000;
/// How many orders may wait for a connection.
const MOST_ORDERS: usize = 16;
/// How long a peer may take to answer a Close.
const CLOSE: Duration = Duration::from_secs(3);
/// How long the connections may take when the lab ends.
const DRAIN: Duration = Duration::from_secs(1);
/// How long a conversation by hand may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The round trip of a conversation by hand, so that what follows from what is seen.
const RTT: Duration = Duration::from_millis(10);

/// What the page asks the server to do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act")]
pub(crate) enum Asked {
    /// To send a ping.
    Ping,
    /// To send a message in fragments, with a ping among them.
    Fragments,
    /// To say goodbye.
    Close { code: u16, reason: String },
    /// To break a rule.
    Lie { name: String },
}

/// What a connection is to do.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    Ping,
    Fragments,
    Close(CloseCode, String),
    Lie(Wrong),
}

impl Asked {
    /// What is to be done, or why it cannot be.
    pub(crate) fn checked(self) -> Result<Order, String> {
        match self {
            Self::Ping => Ok(Order::Ping),
            Self::Fragments => Ok(Order::Fragments),
            Self::Lie { name } => find(&LIES, &name).map(Order::Lie),
            Self::Close { reason, .. } if reason.len() > MAX_REASON => Err(format!(
                "A reason has at most {MAX_REASON} bytes (RFC 6455 §5.5)."
            )),
            Self::Close { code, reason } => {
                let known = CloseCode::new(code).ok_or_else(|| {
                    format!(
                        "The server says no: {code} never stands in a Close frame \
                         (RFC 6455 §7.4)."
                    )
                })?;
                Ok(Order::Close(known, reason))
            }
        }
    }
}

/// A way to the connections that are open. A clone is another handle on the same.
#[derive(Debug, Clone)]
pub(crate) struct Connections(broadcast::Sender<Order>);

impl Connections {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(MOST_ORDERS))
    }

    /// Tells every connection what to do.
    pub(crate) fn order(&self, order: Order) -> Result<(), String> {
        let nobody =
            "Your browser's WebSocket is not open: there is nobody to send to.";
        self.0.send(order).map_err(|_| nobody.to_owned())?;
        Ok(())
    }

    /// Takes a connection over: sends messages back, and does what it is told.
    pub(crate) fn handler<Io>(
        &self,
        recorder: &Recorder,
    ) -> impl FnOnce(WebSocket<Io>) -> futures_util::future::BoxFuture<'static, ()>
    + Send
    + 'static
    + use<Io>
    where
        Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (orders, recorder) = (self.0.subscribe(), recorder.clone());
        move |websocket| Box::pin(talk(websocket, orders, recorder))
    }
}

async fn talk<Io: AsyncRead + AsyncWrite + Unpin>(
    websocket: WebSocket<Io>,
    mut orders: broadcast::Receiver<Order>,
    recorder: Recorder,
) {
    let (mut reader, mut writer) = websocket.split();
    loop {
        tokio::select! {
            event = reader.read() => match event {
                Some(Event::Message(message)) => {
                    // If it cannot be sent, the connection is closing: the reader says so.
                    let _ = writer.send(message).await;
                }
                Some(Event::Ping(_) | Event::Pong(_)) => {}
                Some(Event::Closed(closed)) => {
                    recorder.note(Side::Server, format!("closed: {closed}"));
                }
                None => return,
            },
            Ok(order) = orders.recv() => {
                // As above.
                let _ = obey(order, &mut writer).await;
            }
        }
    }
}

async fn obey<Io: AsyncRead + AsyncWrite + Unpin>(
    order: Order,
    writer: &mut Writer<Io>,
) -> Result<(), SendError> {
    match order {
        Order::Ping => writer.ping(b"still there?").await,
        Order::Fragments => {
            let [first, middle, last] = FRAGMENTS.map(Bytes::from_static);
            writer.feed_encoded(&first).await?;
            writer.ping(b"in between").await?;
            writer.feed_encoded(&middle).await?;
            writer.feed_encoded(&last).await?;
            writer.flush().await
        }
        Order::Close(code, reason) => writer.close(code, &reason),
        Order::Lie((_, bytes)) => {
            // The one way past the rules: nobody looks into a frame that is encoded.
            writer.feed_encoded(&Bytes::from_static(bytes)).await?;
            writer.flush().await
        }
    }
}

/// What the lab's server allows.
fn config() -> Config {
    let config = Config {
        close_timeout: CLOSE,
        ..Config::default()
    };
    config.max_message(MOST_BYTES)
}

pub(crate) fn server_config(max_connections: usize) -> ServerConfig {
    ServerConfig {
        connection: config(),
        drain_deadline: DRAIN,
        max_connections,
        ..ServerConfig::default()
    }
}

impl Session {
    /// The chapter's own server behind its guard, tapped, and within reach of scissors.
    pub(crate) async fn serve_connections(
        &self,
        listener: TcpListener,
        connections: &Connections,
    ) {
        let rules = Arc::clone(&self.rules);
        let policy = Policy {
            origins: Origins::Only(vec![rules.page_origin().to_owned()]),
            ..Policy::default()
        };
        let (connections, recorder) = (connections.clone(), self.recorder.clone());
        let decide = move |request: &RequestHead| {
            let refusal = rules.refusal(&request.method, &request.headers);
            if let Some(response) = refusal {
                return Err(Refusal::Answer(response));
            }
            let accepted = policy.check(request)?;
            Ok((accepted, connections.handler(&recorder)))
        };
        let tapped = self.recorder.tap_listener(self.scissors.reach(listener));
        let config = server_config(self.most_connections());
        serve(tapped, config, decide, self.ended()).await;
    }
}

/// What has become of a connection by hand, for the page.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// Whether a rule was broken.
    refused: bool,
    /// The code of the server's Close frame, if it has sent one.
    code: Option<u16>,
    /// Why, and in which section.
    why: String,
}

impl Outcome {
    fn of(closed: &Closed) -> Self {
        let (refused, code, why) = match closed {
            Closed::Failed(failure) => {
                let code = failure.close_code().get();
                (true, Some(code), failure.to_string())
            }
            Closed::Agreed(frame) => {
                let code = frame.as_ref().map(|(code, _)| code.get());
                let why = "the client's Close is answered, and what follows it is not \
                           looked at (RFC 6455 §5.5.1)";
                (false, code, why.to_owned())
            }
            Closed::Lost | Closed::TimedOut => {
                let why = format!("{closed}: no Close came (RFC 6455 §7.1.5)");
                (false, None, why)
            }
        };
        Self { refused, code, why }
    }
}

/// Lets a client do what `name` says to the chapter's server, over a network in memory,
/// after a handshake; and tells what the server made of it.
pub(crate) async fn by_hand(
    recorder: &Recorder,
    name: &str,
    nonce: [u8; 16],
) -> Result<Outcome, String> {
    let (name, bytes) = find(&TRIES, name)?;
    recorder.note(Side::Client, format!("by hand: {name}"));
    let (client, server) = Link::new().rtt(RTT).pair(recorder);
    let serve = async {
        let policy = Policy::default();
        let decide = |request: &RequestHead| policy.check(request);
        let accepted = accept(server, &Limits::default(), decide, config()).await;
        let (websocket, _) = accepted.map_err(|error| error.to_string())?;
        let closed = echo(websocket).await.ok_or("It did not end.")?;
        recorder.note(Side::Server, format!("closed: {closed}"));
        Ok(Outcome::of(&closed))
    };
    let talk = async {
        let url: WebSocketUrl = "ws://lab.example/".parse().expect("it is one");
        let offer = Offer::new(&url);
        let opened = handshake::connect(client, &Limits::default(), offer, nonce).await;
        let mut io = opened.map_err(|error| error.to_string())?.io;
        let talked = if name == CUT {
            io.write_all(bytes).await
        } else {
            raw::converse(io, bytes, Pieces::Whole).await
        };
        talked.map_err(|error| error.to_string())
    };
    let both = async { tokio::join!(serve, talk) };
    match timeout(PATIENCE, both).await {
        Ok((outcome, Ok(()))) => outcome,
        Ok((_, Err(error))) => Err(error),
        Err(_) => Err("It took too long.".to_owned()),
    }
}
