//! All connections of one listener.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use handshake::{Accepted, Refusal};
use raw_http::{Limits, RequestHead};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::close::CloseCode;
use crate::config::Config;
use crate::opening::accept;
use crate::websocket::WebSocket;
use crate::writer::Closer;

/// How long to wait before `accept` is tried again after an error of the listener.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What a server allows, and for how long.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The sizes of a request.
    pub limits: Limits,
    /// From the accepted stream to the answered handshake; then the stream is dropped.
    pub handshake_deadline: Duration,
    /// What each connection allows.
    pub connection: Config,
    /// How long connections may take to close after the shutdown.
    pub drain_deadline: Duration,
    /// The most connections at a time; more wait in the listener's own queue.
    pub max_connections: usize,
}

impl Default for ServerConfig {
    /// 10 s for a handshake and to drain, 16,384 connections.
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            handshake_deadline: Duration::from_secs(10),
            connection: Config::default(),
            drain_deadline: Duration::from_secs(10),
            max_connections: 16 << 10,
        }
    }
}

/// Accepts the connections of `listener` until `shutdown` resolves. `decide` is shown each
/// request, and says what is agreed on, and who takes over the WebSocket: a handler, which
/// may know what stood in the request. Then `serve` drains: nothing is accepted any more,
/// every connection is sent a Close with 1001, and its handler goes on until its reader
/// comes to the end. What is not done after
/// [`drain_deadline`](ServerConfig::drain_deadline) is cut off. When `serve` returns, no
/// task of it is left.
///
/// # Panics
///
/// A handler that panics takes its own connection with it and no other; the panic goes to
/// the panic hook.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L, D, H, F>(
    mut listener: L,
    config: ServerConfig,
    decide: D,
    shutdown: impl Future<Output = ()>,
) where
    L: Listen,
    D: Fn(&RequestHead) -> Result<(Accepted, H), Refusal> + Clone + Send + 'static,
    H: FnOnce(WebSocket<L::Io>) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    // Dropping a `JoinSet` aborts its tasks: whatever happens here, none outlives it.
    let mut tasks = JoinSet::new();
    let open = Open::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let has_room = tasks.len() < config.max_connections;
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = tasks.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok(io) => {
                    let (config, open) = (config.clone(), open.clone());
                    tasks.spawn(serve_one(io, config, decide.clone(), open));
                }
                Err(error) if is_the_clients(&error) => {}
                Err(_) => sleep(ACCEPT_AGAIN).await,
            },
        }
    }
    drop(listener);
    open.close_all();
    let drained = async { while tasks.join_next().await.is_some() {} };
    if timeout(config.drain_deadline, drained).await.is_err() {
        tasks.shutdown().await;
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

/// Serves one stream to its end. What only the handshake needs is on the heap until then,
/// and not in the task of a connection that lives for hours.
fn serve_one<Io, D, H, F>(
    io: Io,
    config: ServerConfig,
    decide: D,
    open: Open<Io>,
) -> impl Future<Output = ()>
where
    Io: AsyncRead + AsyncWrite + Unpin,
    D: FnOnce(&RequestHead) -> Result<(Accepted, H), Refusal>,
    H: FnOnce(WebSocket<Io>) -> F,
    F: Future<Output = ()>,
{
    let stopping = open.stopping.clone();
    let opening = shake_hands(io, config, decide);
    let opening = Box::pin(stopping.run_until_cancelled_owned(opening));
    async move {
        // A refusal has been answered, and there is nobody else to be told.
        if let Some(Some((websocket, handler))) = opening.await {
            let _registered = open.register(websocket.closer());
            handler(websocket).await;
        }
    }
}

/// The handshake, and what `decide` has chosen to follow it.
async fn shake_hands<Io, D, H>(
    io: Io,
    config: ServerConfig,
    decide: D,
) -> Option<(WebSocket<Io>, H)>
where
    Io: AsyncRead + AsyncWrite + Unpin,
    D: FnOnce(&RequestHead) -> Result<(Accepted, H), Refusal>,
{
    let mut handler = None;
    let decide = |request: &RequestHead| {
        let (terms, chosen) = decide(request)?;
        handler = Some(chosen);
        Ok(terms)
    };
    let accept = accept(io, &config.limits, decide, config.connection);
    let accepted = timeout(config.handshake_deadline, accept).await;
    let (websocket, _terms) = accepted.ok()?.ok()?;
    Some((websocket, handler?))
}

/// The connections that are open. They are told of the shutdown one by one, so that none
/// of them has to listen for it each time it is woken.
#[derive(Debug)]
struct Open<Io> {
    stopping: CancellationToken,
    registry: Arc<Mutex<Registry<Io>>>,
}

#[derive(Debug)]
struct Registry<Io> {
    next: u64,
    closers: HashMap<u64, Closer<Io>>,
}

impl<Io> Clone for Open<Io> {
    fn clone(&self) -> Self {
        Self {
            stopping: self.stopping.clone(),
            registry: Arc::clone(&self.registry),
        }
    }
}

impl<Io> Open<Io> {
    fn new() -> Self {
        let registry = Registry {
            next: 0,
            closers: HashMap::new(),
        };
        Self {
            stopping: CancellationToken::new(),
            registry: Arc::new(Mutex::new(registry)),
        }
    }

    /// Until what it gives is dropped.
    fn register(&self, closer: Closer<Io>) -> Registered<Io> {
        let id = self.with(|registry| {
            // Asked under the lock: `close_all` stops first and tells afterwards, and so it
            // either finds this one or has stopped by now.
            if self.stopping.is_cancelled() {
                go_away(&closer);
            }
            registry.next += 1;
            registry.closers.insert(registry.next, closer);
            registry.next
        });
        let open = self.clone();
        Registered { id, open }
    }

    fn close_all(&self) {
        self.stopping.cancel();
        self.with(|registry| registry.closers.values().for_each(go_away));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Registry<Io>) -> T) -> T {
        act(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// §7.4.1: 1001, "going away", is what a server says that stops.
fn go_away<Io>(closer: &Closer<Io>) {
    // One that is closing already need not be told.
    let _ = closer.close(CloseCode::GOING_AWAY, "");
}

/// Keeps a connection among the open ones.
#[derive(Debug)]
struct Registered<Io> {
    id: u64,
    open: Open<Io>,
}

impl<Io> Drop for Registered<Io> {
    fn drop(&mut self) {
        self.open.with(|registry| registry.closers.remove(&self.id));
    }
}

#[cfg(test)]
mod tests;
