//! One connection as long as it speaks HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use connection::{Connection, Role, WebSocket};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::entrance::Peer;
use crate::limits::Limits;
use crate::patience::Patient;
use crate::upgrade::Handover;

/// The most bytes of a request's head.
pub const MAX_HEAD: usize = 16 << 10;

/// What an address is told that has no connection left.
const TOO_MANY: &str = "too many connections from this address\n";

/// How long that may take, from the accepted connection on.
const REFUSED_WITHIN: Duration = Duration::from_secs(1);

type Answering = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

/// HTTP with a bound for a head, in bytes and in time. Without a timer there would be none.
fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.handshake)
        .max_buf_size(MAX_HEAD);
    http
}

/// Answers requests until the stream ends, or becomes a WebSocket. When `stopping` is
/// cancelled, the answer that is on its way is the last.
pub(crate) async fn websocket_of<Io>(
    io: Io,
    peer: Peer,
    router: Router,
    limits: Arc<Limits>,
    stopping: CancellationToken,
) -> Option<(WebSocket<Io>, Parts)>
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let handover = Handover::default();
    let answer = answering(router, peer, handover.clone());
    let io = TokioIo::new(Patient::new(io, limits.answer, handover.intake()));
    let http = http(&limits).serve_connection(io, service_fn(answer));
    let mut http = std::pin::pin!(http.with_upgrades());
    let served = tokio::select! {
        served = http.as_mut() => served,
        () = stopping.cancelled() => {
            http.as_mut().graceful_shutdown();
            http.await
        }
    };
    served.ok()?;
    let (upgrade, parts) = handover.take()?;
    let websocket = websocket(upgrade.await.ok()?, &limits)?;
    Some((websocket, parts))
}

/// The router's answers, to requests that say where they come from, and where what becomes of
/// their connection is to be left. To add that here costs a connection less than a layer
/// would, which is put around each route.
fn answering(
    router: Router,
    peer: Peer,
    handover: Handover,
) -> impl Fn(Request<Incoming>) -> Answering {
    let router = TowerToHyperService::new(router);
    move |mut request| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(handover.clone());
        router.call(request)
    }
}

/// A WebSocket on the stream itself: it keeps its own deadlines, and needs nothing of what
/// was around the stream.
fn websocket<Io>(upgraded: Upgraded, limits: &Limits) -> Option<WebSocket<Io>>
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let parts = upgraded.downcast::<TokioIo<Patient<Io>>>().ok()?;
    let io = parts.io.into_inner().into_inner();
    let connection = Connection::new(Role::Server, limits.connection.clone());
    Some(WebSocket::new(io, connection, parts.read_buf.to_vec()))
}

/// Answers one request with 429, and ends the connection.
pub(crate) async fn refuse<Io>(io: Io, limits: Arc<Limits>)
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let answer = (StatusCode::TOO_MANY_REQUESTS, TOO_MANY);
    let service = TowerToHyperService::new(Router::new().fallback(answer));
    let mut http = http(&limits);
    let refused = http
        .keep_alive(false)
        .serve_connection(TokioIo::new(io), service);
    let _too_late = timeout(REFUSED_WITHIN, refused).await;
}
