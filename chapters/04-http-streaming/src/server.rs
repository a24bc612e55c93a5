//! A server some of whose answers go on and on.

mod stream;

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use raw_http::{
    Config, Connection, Headers, Phase, Request, RequestError, Response, http_date,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

/// How long to wait when the system has no file descriptor left for an accepted stream.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What an answer that is told piece by piece is made of.
pub trait Source: Send + 'static {
    /// The next piece, as soon as there is one, or `None` at the end. It is asked for
    /// when the piece before it has been taken by the network, so a slow reader is told
    /// in fewer and larger pieces, and nothing has to be kept for it.
    ///
    /// # Cancel safety
    ///
    /// To be kept by those who implement it: a future that is dropped has taken nothing.
    fn next(&mut self) -> impl Future<Output = Option<Bytes>> + Send;
}

/// An answer.
#[derive(Debug, Clone)]
pub enum Answer<S> {
    /// All of it is known.
    Whole(Response),
    /// 200 with these fields, and then what the source tells.
    Stream(Headers, S),
}

/// Turns a request into its answer. Every `Fn(Request) -> impl Future<Output = Answer<_>>`
/// that can be cloned is one; each connection has its own clone.
pub trait Handler: Clone + Send + Sync + 'static {
    /// What tells its streams.
    type Source: Source;

    /// Answers one request. The future is dropped when the client hangs up.
    fn call(
        &self,
        request: Request,
    ) -> impl Future<Output = Answer<Self::Source>> + Send;
}

impl<F, Reply, S> Handler for F
where
    F: Fn(Request) -> Reply + Clone + Send + Sync + 'static,
    Reply: Future<Output = Answer<S>> + Send,
    S: Source,
{
    type Source = S;

    fn call(&self, request: Request) -> impl Future<Output = Answer<S>> + Send {
        self(request)
    }
}

/// Serves every connection of `listener` until `shutdown` resolves, then drains: nothing
/// is accepted any more, streams tell what there is to tell and end properly, and what is
/// not done after the [`drain_deadline`](Config::drain_deadline) is cut off. When `serve`
/// returns, no task of it is left.
///
/// A stream is the last answer on its connection. Its source is dropped as soon as the
/// client ends its side, or has taken nothing for the
/// [`write_deadline`](Config::write_deadline).
///
/// # Panics
///
/// A handler or source that panics takes its own connection with it and no other.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L: Listen, H: Handler>(
    listener: L,
    handler: H,
    config: Config,
    shutdown: impl Future<Output = ()>,
) {
    let serve_one = |io, stopping| {
        let connection = Connection::new(io, config.limits.clone());
        serve_one(connection, handler.clone(), config.clone(), stopping)
    };
    serve_each(listener, &config, shutdown, serve_one).await;
}

/// What a server does whoever speaks its HTTP: it accepts, and gives each connection a
/// task, a bound on their number, and an end.
pub(crate) async fn serve_each<L: Listen, Serving>(
    mut listener: L,
    config: &Config,
    shutdown: impl Future<Output = ()>,
    serve_one: impl Fn(L::Io, CancellationToken) -> Serving,
) where
    Serving: Future<Output = ()> + Send + 'static,
{
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
                    connections.spawn(serve_one(io, stopping.clone()));
                }
                // Out of descriptors, or the client was gone before it was accepted.
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

/// Serves one connection to its end.
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
                let asked = stream::Asked::by(&request);
                let answer = tokio::select! {
                    biased;
                    answer = handler.call(request) => answer,
                    () = connection.hung_up() => return,
                };
                match answer {
                    Answer::Whole(response) => {
                        if stopping.is_cancelled() {
                            connection.close_after_next();
                        }
                        connection.respond(&response, date(&config).as_deref());
                    }
                    Answer::Stream(fields, source) => {
                        let (io, _read_ahead) = connection.into_parts();
                        let teller = stream::Teller::new(asked, config, stopping);
                        return teller.tell(io, &fields, source).await;
                    }
                }
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
    let _ = timeout(config.linger, connection.close()).await;
}

/// The next request; `None` when there will be none.
async fn next_request<Io: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<Io>,
    config: &Config,
    stopping: &CancellationToken,
) -> Result<Option<Request>, RequestError> {
    loop {
        let phase = connection.phase();
        let allowed = match phase {
            Phase::Idle => config.idle_deadline,
            Phase::Head => config.head_deadline,
            Phase::Body => config.body_deadline,
        };
        let next = tokio::select! {
            biased;
            next = timeout(allowed, connection.next_request()) => next,
            () = stopping.cancelled(), if phase == Phase::Idle => Ok(Ok(None)),
        };
        match (next, phase) {
            // What was waited for has begun to come, and may take its own time.
            (Ok(Ok(None)) | Err(_), _) if connection.phase() != phase => {}
            (Ok(outcome), _) => return outcome,
            (Err(_), Phase::Idle) => return Ok(None),
            (Err(_), Phase::Head) => return Err(RequestError::HeadDeadline),
            (Err(_), Phase::Body) => return Err(RequestError::BodyDeadline),
        }
    }
}

fn date(config: &Config) -> Option<String> {
    config.clock.map(|now| http_date(now()))
}
