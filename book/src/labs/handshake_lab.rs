//! The lab of chapter 6: the page's own `WebSocket`, and a server that keeps its rules, or
//! breaks one.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use handshake::{
    Accepted, Opened, Origins, Policy, Refusal, ServerHandshake, sec_websocket_accept,
};
use raw_http::{Limits, RequestHead, Response};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use wiretap::{Dial as _, Recorder, Side, Tcp};

use super::chapter::Target;
use super::forward::MyServer;
use super::guard::Rules;
use super::session::Session;

/// The subprotocol that the server speaks when it speaks one.
const SUBPROTOCOL: &str = "chat.v1";
/// Frames, written by hand: the text `Hello`; and a Close with 4001 and `room is full`.
const HELLO: &[u8] = b"\x81\x05Hello";
const CLOSE: &[u8] = b"\x88\x0e\x0f\xa1room is full";
/// How long the end of a connection may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How the server behaves. A clone is another handle on the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handshakes(Arc<Mutex<Order>>);

/// What the page asks for.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Order {
    /// Whether the page's origin is on the server's list.
    pub(crate) listed: bool,
    /// Whether the server speaks a subprotocol.
    pub(crate) speaks: bool,
    pub(crate) answer: Answer,
    pub(crate) end: End,
}

/// What the server answers to a good request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// What follows from the request.
    Honest,
    /// The accept of another key.
    WrongAccept,
    /// That there is no room.
    NoRoom,
}

/// How the server ends, after it has said `Hello`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum End {
    /// With a Close of its own.
    Close,
    /// Without a word.
    Drop,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            listed: true,
            speaks: true,
            answer: Answer::Honest,
            end: End::Close,
        }
    }
}

impl Handshakes {
    pub(crate) fn obey(&self, order: Order) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = order;
    }

    fn order(&self) -> Order {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides about a request of a page of this origin, as the chapter does; and then
    /// breaks the rule that is to be broken.
    pub(crate) fn decide(
        &self,
        origin: &str,
        request: &RequestHead,
    ) -> Result<Accepted, Refusal> {
        let Order {
            listed,
            speaks,
            answer,
            ..
        } = self.order();
        let only = |is: bool, text: &str| is.then(|| text.to_owned());
        let policy = Policy {
            origins: Origins::Only(only(listed, origin).into_iter().collect()),
            subprotocols: only(speaks, SUBPROTOCOL).into_iter().collect(),
        };
        let mut accepted = policy.check(request)?;
        match answer {
            Answer::Honest => Ok(accepted),
            Answer::WrongAccept => {
                accepted.sec_websocket_accept = sec_websocket_accept("another key");
                Ok(accepted)
            }
            Answer::NoRoom => {
                Err(Refusal::Answer(Response::text(503, "the room is full\n")))
            }
        }
    }

    /// Says `Hello`, and ends: by hand, since this chapter knows no frames.
    pub(crate) async fn talk<Io>(self, opened: Opened<Io, Accepted>)
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        let Opened {
            mut io, mut rest, ..
        } = opened;
        let talk = async {
            io.write_all(HELLO).await?;
            if self.order().end == End::Close {
                io.write_all(CLOSE).await?;
            }
            io.shutdown().await?;
            // A socket that is closed with bytes unread is reset.
            while rest.len() < 4096 && io.read_buf(&mut rest).await? > 0 {}
            io::Result::Ok(())
        };
        // Whether it ends well or not, it ends.
        let _ = timeout(PATIENCE, talk).await;
    }
}

impl Session {
    /// The chapter's own server, tapped; or the reader's, tapped on the way to it.
    pub(crate) async fn serve_handshakes(
        &self,
        listener: TcpListener,
        stage: &Handshakes,
    ) {
        let rules = Arc::clone(&self.rules);
        match self.target {
            Target::Mine => self.relay_handshakes(listener).await,
            Target::Chapter => {
                let tapped = self.recorder.tap_listener(listener);
                let (deciding, talking) = (stage.clone(), stage.clone());
                let decide = move |request: &RequestHead| match rules
                    .refusal(&request.method, &request.headers)
                {
                    Some(response) => Err(Refusal::Answer(response)),
                    None => deciding.decide(rules.page_origin(), request),
                };
                let talk = move |opened| talking.clone().talk(opened);
                handshake::serve(tapped, decide, talk, self.ended()).await;
            }
        }
    }

    /// Says in the transcript how the server behaves from now on.
    pub(crate) fn behave(&self, stage: &Handshakes, order: Order) {
        let Order {
            listed,
            speaks,
            answer,
            end,
        } = order;
        let origin = if listed {
            "lists this page"
        } else {
            "does not list this page"
        };
        let speaks = if speaks {
            SUBPROTOCOL
        } else {
            "no subprotocol"
        };
        let answer = match answer {
            Answer::Honest => "answers honestly",
            Answer::WrongAccept => "answers another key",
            Answer::NoRoom => "has no room",
        };
        let end = match end {
            End::Close => "closes with 4001",
            End::Drop => "hangs up",
        };
        let note = format!("the server {origin}, speaks {speaks}, {answer}, {end}");
        self.recorder.note(Side::Server, note);
        stage.obey(order);
    }

    async fn relay_handshakes(&self, listener: TcpListener) {
        let mut relays = JoinSet::new();
        loop {
            let has_room = relays.len() < self.most_connections();
            tokio::select! {
                biased;
                () = self.ended() => return,
                Some(_ended) = relays.join_next() => {}
                accepted = listener.accept(), if has_room => if let Ok((io, _)) = accepted {
                    let rules = Arc::clone(&self.rules);
                    relays.spawn(relay(io, rules, self.recorder.clone(), self.my_server));
                }
            }
        }
    }
}

/// Passes one connection on, once its request has been let in. What is said on it is
/// nobody's business here.
async fn relay(
    mut io: TcpStream,
    rules: Arc<Rules>,
    recorder: Recorder,
    server: MyServer,
) -> io::Result<()> {
    let mut handshake = ServerHandshake::new(&Limits::default());
    let mut bytes = BytesMut::new();
    let refusal = loop {
        let before = bytes.len();
        if timeout(PATIENCE, io.read_buf(&mut bytes)).await?? == 0 {
            return Ok(());
        }
        match handshake.receive(&bytes[before..]) {
            Ok(Some((request, _))) => {
                break rules.refusal(&request.method, &request.headers);
            }
            Ok(None) => {}
            Err(refusal) => break Some(refusal.response()),
        }
    };
    if let Some(response) = refusal {
        let answer = handshake.answer(&Err(Refusal::Answer(response)));
        io.write_all(&answer).await?;
        return io.shutdown().await;
    }
    let mut server = recorder.tap_dialer(Tcp(server.address)).dial().await?;
    server.write_all(&bytes).await?;
    tokio::io::copy_bidirectional(&mut io, &mut server).await?;
    Ok(())
}
