//! The chat behind chapter 13's entrance.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use backpressure::{Entrance, Limits, serve_websockets};
use chat::protocol::close;
use connection::{CloseCode, Reader, WebSocket};
use handshake::Policy;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::error::LogError;
use crate::fan_out::FanOut;
use crate::hall::Halls;
use crate::log::RoomLog;
use crate::session::Session;

/// A chat whose rooms remember. A clone is another handle on the same one.
#[derive(Clone)]
pub struct Chat<L, F = Halls> {
    pub(crate) log: L,
    pub(crate) fan_out: F,
    pub(crate) limits: Arc<Limits>,
    report: Arc<dyn Fn(&LogError) + Send + Sync>,
}

impl<L: RoomLog, F: FanOut> Chat<L, F> {
    /// A chat over a log whose [`Audience`](crate::Audience) tells `fan_out` what is added.
    pub fn new(log: L, fan_out: F) -> Self {
        Self {
            log,
            fan_out,
            limits: Arc::default(),
            report: Arc::new(|_: &LogError| {}),
        }
    }

    /// With other limits than chapter 13's for what a connection may cost. There is no
    /// outbox here, and what becomes of a slow reader is not for a policy to say: it goes on
    /// from the log.
    #[must_use]
    pub fn limited(mut self, limits: Limits) -> Self {
        self.limits = Arc::new(limits);
        self
    }

    /// Tells the operator what is wrong with the log. A client is told only that it is to
    /// try again: where the file lies is none of its business.
    #[must_use]
    pub fn reporting(
        mut self,
        report: impl Fn(&LogError) + Send + Sync + 'static,
    ) -> Self {
        self.report = Arc::new(report);
        self
    }

    pub(crate) fn report(&self, error: &LogError) {
        (self.report)(error);
    }
}

impl<L, F> fmt::Debug for Chat<L, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat").finish_non_exhaustive()
    }
}

/// Serves the chat at `/chat`, and whatever else `pages` has, until `shutdown` resolves.
/// `address_of` says where a connection comes from: of those of one address there are only
/// so many. At the shutdown every client is told 1001; what has not ended after
/// [`Limits::drain`] is cut off.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. What was acknowledged is
/// durable all the same.
pub async fn serve<N: Listen, L: RoomLog, F: FanOut>(
    listener: N,
    chat: Chat<L, F>,
    policy: Policy,
    pages: Router,
    address_of: impl Fn(&N::Io) -> IpAddr,
    shutdown: impl Future<Output = ()>,
) {
    let entrance = Entrance {
        limits: Arc::clone(&chat.limits),
        policy,
        pages,
    };
    let converse = |websocket, stopping| converse(websocket, chat, stopping);
    serve_websockets(listener, entrance, address_of, converse, shutdown).await;
}

/// One connection, from the hello to the end.
async fn converse<Io, L, F>(
    websocket: WebSocket<Io>,
    chat: Chat<L, F>,
    stopping: CancellationToken,
) where
    Io: AsyncRead + AsyncWrite + Unpin,
    L: RoomLog,
    F: FanOut,
{
    let (mut reader, writer) = websocket.split();
    let mut session = Session::new(writer, chat);
    let talked = stopping.run_until_cancelled(talk(&mut reader, &mut session));
    if talked.await.is_none() {
        session.close(1001, "the server stops");
    }
    // Our Close is still to be written, and the peer's to be read.
    while reader.read().await.is_some() {}
}

/// Waits for the hello, and then listens and tells, until one of both is over. Wherever it
/// is dropped, the client has been told what it has been told.
async fn talk<Io, L, F>(reader: &mut Reader<Io>, session: &mut Session<Io, L, F>)
where
    Io: AsyncRead + AsyncWrite + Unpin,
    L: RoomLog,
    F: FanOut,
{
    let deadline = session.chat.limits.handshake;
    let mut guest = match timeout(deadline, session.greet(reader)).await {
        Ok(Some(guest)) => guest,
        Ok(None) => return,
        Err(_late) => return session.close(close::NO_HELLO, "no hello came"),
    };
    let bell = Arc::clone(&guest.bell);
    loop {
        let told = tokio::select! {
            rooms = bell.rung() => session.tell_news(&mut guest, rooms).await,
            text = session.listen(reader) => match text {
                Some(text) => session.hear(&mut guest, &text).await,
                None => return,
            },
        };
        if told.is_err() {
            return;
        }
    }
}

/// The code of a number that is one.
pub(crate) fn code(number: u16) -> CloseCode {
    CloseCode::new(number).unwrap_or(CloseCode::PROTOCOL_ERROR)
}
