//! The chat over chapter 9's WebSocket.

use std::fmt;
use std::sync::Arc;

use backpressure::Limits;
use chat::protocol::close;
use connection::{CloseCode, ServerConfig, WebSocket, serve as serve_websockets};
use handshake::{Accepted, Policy, Refusal};
use raw_http::{RequestHead, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use wiretap::Listen;

use crate::error::LogError;
use crate::fan_out::FanOut;
use crate::hall::Halls;
use crate::log::RoomLog;
use crate::session::{Guest, Session};

/// The path of the chat.
const PATH: &str = "/chat";

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

/// Serves the chat at `/chat` until `shutdown` resolves. Then every connection is told 1001
/// and given ten seconds to end.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. What was acknowledged is
/// durable all the same.
pub async fn serve<N: Listen, L: RoomLog, F: FanOut>(
    listener: N,
    chat: Chat<L, F>,
    policy: Policy,
    shutdown: impl Future<Output = ()>,
) {
    let limits = Arc::clone(&chat.limits);
    let config = ServerConfig {
        handshake_deadline: limits.handshake,
        connection: limits.connection.clone(),
        drain_deadline: limits.drain,
        max_connections: limits.connections,
        ..ServerConfig::default()
    };
    let decide = move |request: &RequestHead| {
        let terms = check(request, &policy)?;
        let chat = chat.clone();
        Ok((terms, move |websocket| converse(websocket, chat)))
    };
    serve_websockets(listener, config, decide, shutdown).await;
}

fn check(request: &RequestHead, policy: &Policy) -> Result<Accepted, Refusal> {
    let path = request.target.split('?').next();
    if path != Some(PATH) {
        let text = format!("there is nothing here; the chat is at {PATH}\n");
        return Err(Refusal::Answer(Response::text(404, text)));
    }
    policy.check(request)
}

/// One connection, from the hello to the end.
async fn converse<Io, L, F>(websocket: WebSocket<Io>, chat: Chat<L, F>)
where
    Io: AsyncRead + AsyncWrite + Unpin,
    L: RoomLog,
    F: FanOut,
{
    let (mut reader, writer) = websocket.split();
    let deadline = chat.limits.handshake;
    let mut session = Session::new(writer, chat);
    match timeout(deadline, session.greet(&mut reader)).await {
        Ok(Some(guest)) => talk(&mut reader, &mut session, guest).await,
        Ok(None) => {}
        Err(_late) => session.close(close::NO_HELLO, "no hello came"),
    }
    // Our Close is still to be written, and the peer's to be read.
    while reader.read().await.is_some() {}
}

/// Listens and tells, until one of both is over.
async fn talk<Io, L, F>(
    reader: &mut connection::Reader<Io>,
    session: &mut Session<Io, L, F>,
    mut guest: Guest<F>,
) where
    Io: AsyncRead + AsyncWrite + Unpin,
    L: RoomLog,
    F: FanOut,
{
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
