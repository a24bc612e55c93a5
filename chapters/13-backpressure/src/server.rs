//! All connections of one listener.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::http::StatusCode;
use connection::{Connection, Role, WebSocket};
use handshake::Policy;
use hyper::server::conn::http1;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::hub::Hub;
use crate::limits::Limits;
use crate::places::{Place, Places};
use crate::session::converse;
use crate::upgrade::{Handover, router};

/// How long to wait before `accept` is tried again after an error of the listener.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// The most bytes of a request's head.
pub const MAX_HEAD: usize = 16 << 10;

/// What an address is told that has no connection left.
const TOO_MANY: &str = "too many connections from this address\n";

/// What every connection is served with.
#[derive(Debug, Clone)]
struct Serving {
    router: Router,
    hub: Arc<Hub>,
    limits: Arc<Limits>,
    stopping: CancellationToken,
}

/// Serves the chat at `/chat`, and whatever else `pages` has, until `shutdown` resolves.
/// `address_of` says where a connection comes from. Then nothing is accepted any more, each
/// client is told 1001, and what is not done after [`Limits::drain`] is cut off. When
/// `serve` returns, no task of it is left.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L: Listen>(
    mut listener: L,
    limits: Limits,
    policy: Policy,
    pages: Router,
    address_of: impl Fn(&L::Io) -> IpAddr,
    shutdown: impl Future<Output = ()>,
) {
    let places = Places::new(limits.connections_per_address);
    let serving = Serving {
        router: router(policy).merge(pages),
        hub: Hub::new(),
        limits: Arc::new(limits),
        stopping: CancellationToken::new(),
    };
    // Dropping a `JoinSet` aborts its tasks: whatever happens here, none outlives it.
    let mut tasks = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let has_room = tasks.len() < serving.limits.connections;
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = tasks.join_next() => {}
            accepted = listener.accept(), if has_room => match accepted {
                Ok(io) => {
                    let place = places.take(address_of(&io));
                    tasks.spawn(serve_one(io, serving.clone(), place));
                }
                Err(error) if is_the_clients(&error) => {}
                Err(_) => sleep(ACCEPT_AGAIN).await,
            },
        }
    }
    drop(listener);
    serving.stopping.cancel();
    let drained = async { while tasks.join_next().await.is_some() {} };
    if timeout(serving.limits.drain, drained).await.is_err() {
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

/// Serves one stream to its end: its requests, and the chat if one of them asks for it.
async fn serve_one<Io>(io: Io, serving: Serving, place: Option<Place>)
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // What only HTTP needs is on the heap until then, and not in the task of a connection
    // that lives for hours.
    let upgraded =
        Box::pin(answer_requests(io, serving.clone(), place.is_some())).await;
    let Serving {
        hub,
        limits,
        stopping,
        router,
    } = serving;
    drop(router);
    if let Some(stream) = upgraded {
        let connection = Connection::new(Role::Server, limits.connection.clone());
        let websocket = WebSocket::new(TokioIo::new(stream), connection, []);
        converse(websocket, hub, limits, stopping.cancelled_owned()).await;
    }
    drop(place);
}

/// HTTP, until it ends or becomes something else. Without a place, all that is answered is
/// 429.
async fn answer_requests<Io>(
    io: Io,
    serving: Serving,
    has_place: bool,
) -> Option<Upgraded>
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let handover = Handover::default();
    let router = match has_place {
        true => serving.router.layer(Extension(handover.clone())),
        false => Router::new().fallback((StatusCode::TOO_MANY_REQUESTS, TOO_MANY)),
    };
    let service = TowerToHyperService::new(router);
    let http = http(&serving.limits).serve_connection(TokioIo::new(io), service);
    let mut http = pin!(http.with_upgrades());
    let served = tokio::select! {
        served = http.as_mut() => served,
        () = serving.stopping.cancelled() => {
            http.as_mut().graceful_shutdown();
            http.await
        }
    };
    served.ok()?;
    handover.take()?.await.ok()
}

/// HTTP with a bound for a head, in bytes and in time. Without a timer there would be none.
fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.handshake)
        .max_buf_size(MAX_HEAD);
    http
}
