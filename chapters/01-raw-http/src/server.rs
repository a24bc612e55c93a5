//! All connections of one listener.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::connection::{Connection, Phase};
use crate::date::http_date;
use crate::error::RequestError;
use crate::message::{Request, Response};
use crate::scan::Limits;

/// How long to wait before `accept` is tried again after an error of the listener.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What a server allows, and for how long.
#[derive(Debug, Clone)]
pub struct Config {
    /// The sizes of a request.
    pub limits: Limits,
    /// From the first byte of a head to its last: 408 after it. What a slow sender
    /// (a "slowloris") can hold is a connection for this long.
    pub head_deadline: Duration,
    /// From the end of a head to the last byte of its body: 408 after it.
    pub body_deadline: Duration,
    /// How long a connection may wait for the first byte of a request. It is then closed
    /// without a word: a client that has asked for nothing expects no answer.
    pub idle_deadline: Duration,
    /// How long a client may take to accept an answer before the connection is dropped.
    pub write_deadline: Duration,
    /// How long a closed connection is read on: see [`Connection::close`].
    pub linger: Duration,
    /// How long connections may finish what they are at after the shutdown.
    pub drain_deadline: Duration,
    /// The most connections at a time; more wait in the listener's own queue.
    pub max_connections: usize,
    /// The clock for the `Date` field. Without one there is none (RFC 9110 §6.6.1), and
    /// the same requests get the same bytes.
    pub clock: Option<fn() -> SystemTime>,
}

impl Default for Config {
    /// 10 s for a head, 30 s for a body, 60 s idle, 30 s to accept an answer, 2 s of
    /// lingering, 10 s to drain, 1,024 connections, no clock.
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            head_deadline: Duration::from_secs(10),
            body_deadline: Duration::from_secs(30),
            idle_deadline: Duration::from_secs(60),
            write_deadline: Duration::from_secs(30),
            linger: Duration::from_secs(2),
            drain_deadline: Duration::from_secs(10),
            max_connections: 1024,
            clock: None,
        }
    }
}

/// Turns a request into its answer. Every `Fn(Request) -> impl Future<Output = Response>`
/// that can be cloned is one; each connection has its own clone.
///
/// The future is dropped when the client ends its side of the connection while it runs:
/// a client that has gone leaves nothing behind that waits for it.
pub trait Handler: Clone + Send + Sync + 'static {
    /// Answers one request.
    fn call(&self, request: Request) -> impl Future<Output = Response> + Send;
}

impl<F, Answer> Handler for F
where
    F: Fn(Request) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Response> + Send,
{
    fn call(&self, request: Request) -> impl Future<Output = Response> + Send {
        self(request)
    }
}

/// Serves every connection of `listener` until `shutdown` resolves, then drains: nothing
/// is accepted any more, idle connections are closed, requests that have begun are
/// answered with `Connection: close`. What is not done after
/// [`drain_deadline`](Config::drain_deadline) is cut off. When `serve` returns, no task
/// of it is left.
///
/// # Panics
///
/// A handler that panics takes its own connection with it and no other; the panic goes to
/// the panic hook.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L: Listen, H: Handler>(
    mut listener: L,
    handler: H,
    config: Config,
    shutdown: impl Future<Output = ()>,
) {
    let stopping = CancellationToken::new();
    // Dropping a `JoinSet` aborts its tasks: whatever happens here, none outlives it.
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let has_room = connections.len() < config.max_connections;
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = connections.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok(io) => {
                    let connection = Connection::new(io, config.limits.clone());
                    let (handler, config) = (handler.clone(), config.clone());
                    let stopping = stopping.clone();
                    connections.spawn(serve_one(connection, handler, config, stopping));
                }
                Err(error) if is_the_clients(&error) => {}
                Err(_) => sleep(ACCEPT_AGAIN).await,
            },
        }
    }
    drop(listener);
    stopping.cancel();
    let drained = async { while connections.join_next().await.is_some() {} };
    if timeout(config.drain_deadline, drained).await.is_err() {
        connections.shutdown().await;
    }
}

/// Whether an error of `accept` is about one connection, whose client has gone already. Any
/// other is about the listener, most often that the descriptors are used up.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// Serves one connection to its end. A stream that fails has nobody left to be told.
async fn serve_one<Io, H: Handler>(
    mut connection: Connection<Io>,
    handler: H,
    config: Config,
    stopping: CancellationToken,
) where
    Io: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match next_request(&mut connection, &config, &stopping).await {
            Ok(Some(request)) => {
                let response = tokio::select! {
                    biased;
                    response = handler.call(request) => response,
                    () = connection.hung_up() => return,
                };
                if stopping.is_cancelled() {
                    connection.close_after_next();
                }
                connection.respond(&response, date(&config).as_deref());
            }
            Ok(None) => break,
            Err(error) => {
                if !connection.respond_to_mistake(&error, date(&config).as_deref()) {
                    return;
                }
            }
        }
        match timeout(config.write_deadline, connection.flush()).await {
            Ok(Ok(())) if connection.keeps_alive() => {}
            Ok(Ok(())) => break,
            Ok(Err(_)) | Err(_) => return,
        }
    }
    // Whether the client lets us close in peace or not, this is the end.
    let _ = timeout(config.linger, connection.close()).await;
}

/// The next request; `None` when there will be none: the client has ended, has been idle
/// for too long, or the server is stopping.
async fn next_request<Io: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<Io>,
    config: &Config,
    stopping: &CancellationToken,
) -> Result<Option<Request>, RequestError> {
    let mut waiting = None;
    loop {
        if let Some(request) = connection.take_request()? {
            return Ok(Some(request));
        }
        let phase = connection.phase();
        let deadline = match waiting {
            Some((since, deadline)) if since == phase => deadline,
            Some(_) | None => Instant::now() + config.allowed(phase),
        };
        waiting = Some((phase, deadline));
        let read = tokio::select! {
            biased;
            read = timeout_at(deadline, connection.read()) => read,
            () = stopping.cancelled(), if phase == Phase::Idle => return Ok(None),
        };
        match (read, phase) {
            (Ok(Ok(true)), _) => {}
            (Ok(Ok(false)), _) | (Err(_), Phase::Idle) => return Ok(None),
            (Ok(Err(error)), _) => return Err(error),
            (Err(_), Phase::Head) => return Err(RequestError::HeadDeadline),
            (Err(_), Phase::Body) => return Err(RequestError::BodyDeadline),
        }
    }
}

fn date(config: &Config) -> Option<String> {
    config.clock.map(|now| http_date(now()))
}

impl Config {
    fn allowed(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Idle => self.idle_deadline,
            Phase::Head => self.head_deadline,
            Phase::Body => self.body_deadline,
        }
    }
}
