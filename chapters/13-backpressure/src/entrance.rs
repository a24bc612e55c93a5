//! All connections of one listener, from the first byte to the WebSocket.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::request::Parts;
use connection::WebSocket;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use wiretap::Listen;

use crate::http::{refuse, websocket_of};
use crate::limits::Limits;
use crate::places::{Place, Places};

/// How long to wait before `accept` is tried again after an error of the listener.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What connections come to before there is a WebSocket.
#[derive(Debug, Clone, Default)]
pub struct Entrance {
    /// What one of them may cost. Of these the entrance keeps those of HTTP, the numbers of
    /// connections, and the time to drain; and the connection is made with
    /// [`Limits::connection`]. The others are for whoever talks.
    pub limits: Arc<Limits>,
    /// Who answers the requests, [`websocket_route`](crate::websocket_route) among others.
    /// Each finds where it comes from as an `Extension<Peer>`. Since no time is set for the
    /// body of a request, a handler that reads one has to set it.
    pub router: Router,
    /// Whose connections are those of many clients, and are not counted by their address.
    /// Who reads from a request for whom it is can count with [`Places`].
    pub proxies: Vec<IpNet>,
}

/// Where a request comes from: the other end of its connection, be that a client or a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// How a WebSocket came to be.
#[derive(Debug)]
pub struct Visit {
    /// The other end of its connection.
    pub address: IpAddr,
    /// The request that became it.
    pub parts: Parts,
    /// Is cancelled when the server stops.
    pub stopping: CancellationToken,
}

/// What every connection is served with.
#[derive(Debug, Clone)]
struct Serving<C> {
    router: Router,
    limits: Arc<Limits>,
    converse: C,
    stopping: CancellationToken,
}

/// Those that are open.
struct Open<C> {
    serving: Serving<C>,
    places: Arc<Places>,
    proxies: Vec<IpNet>,
    // Dropping a `JoinSet` aborts its tasks: whatever happens, none outlives it.
    tasks: JoinSet<()>,
    /// Those that have no place.
    refused: JoinSet<()>,
}

/// Accepts the connections of `listener` until `shutdown` resolves, answers their requests,
/// and has `converse` take over each WebSocket that chapter 9 is to drive. A [`Visit`] says
/// how it came to be; at the shutdown its client is to be told 1001. `address_of` says where
/// a connection comes from. What is not done [`Limits::drain`] after the shutdown is cut off,
/// and when this returns, no task of it is left.
///
/// An address that has all its [places](Limits::connections_per_address) is told 429, and
/// takes nothing from the others by it.
///
/// # Panics
///
/// When `converse` panics, it takes its own connection with it and no other.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve_websockets<L, C, F>(
    mut listener: L,
    entrance: Entrance,
    address_of: impl Fn(&L::Io) -> IpAddr,
    converse: C,
    shutdown: impl Future<Output = ()>,
) where
    L: Listen,
    C: FnOnce(WebSocket<L::Io>, Visit) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let mut open = Open::new(entrance, converse);
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = open.tasks.join_next() => {}
            Some(_ended) = open.refused.join_next() => {}
            io = accept(&mut listener), if open.has_room() => {
                let address = address_of(&io);
                open.take_in(io, address);
            }
        }
    }
    drop(listener);
    open.drain().await;
}

/// Accepts one connection.
///
/// # Cancel safety
///
/// Safe, as [`Listen::accept`] is.
async fn accept<L: Listen>(listener: &mut L) -> L::Io {
    loop {
        match listener.accept().await {
            Ok(io) => return io,
            Err(error) if is_the_clients(&error) => {}
            Err(_) => sleep(ACCEPT_AGAIN).await,
        }
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

impl<C> Open<C> {
    fn new(entrance: Entrance, converse: C) -> Self {
        let Entrance {
            limits,
            router,
            proxies,
        } = entrance;
        Self {
            places: Places::new(limits.connections_per_address),
            proxies,
            serving: Serving {
                router,
                limits,
                converse,
                stopping: CancellationToken::new(),
            },
            tasks: JoinSet::new(),
            refused: JoinSet::new(),
        }
    }

    fn has_room(&self) -> bool {
        self.tasks.len() < self.serving.limits.connections
    }

    /// Serves a connection that has a place. One that has none is told so; and if there are
    /// many of those, it is not even that.
    fn take_in<Io, F>(&mut self, io: Io, address: IpAddr)
    where
        Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
        C: FnOnce(WebSocket<Io>, Visit) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let address = address.to_canonical();
        let is_proxy = self.proxies.iter().any(|proxy| proxy.contains(&address));
        let place = (!is_proxy).then(|| self.places.take(address));
        let limits = &self.serving.limits;
        if let None | Some(Some(_)) = place {
            let serving = self.serving.clone();
            let place = place.flatten();
            self.tasks.spawn(serve_one(io, address, serving, place));
        } else if self.refused.len() < limits.refusals {
            self.refused.spawn(refuse(io, Arc::clone(limits)));
        }
    }

    async fn drain(mut self) {
        self.serving.stopping.cancel();
        self.refused.shutdown().await;
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(self.serving.limits.drain, drained).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}

/// Serves one stream to its end: its requests, and the WebSocket if one of them asks for it.
/// What only HTTP needs is on the heap until then, and not in the task of a connection that
/// lives for hours.
fn serve_one<Io, C, F>(
    io: Io,
    address: IpAddr,
    serving: Serving<C>,
    place: Option<Place>,
) -> impl Future<Output = ()>
where
    Io: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    C: FnOnce(WebSocket<Io>, Visit) -> F,
    F: Future<Output = ()>,
{
    let Serving {
        router,
        limits,
        converse,
        stopping,
    } = serving;
    let requests = websocket_of(io, Peer(address), router, limits, stopping.clone());
    let requests = Box::pin(requests);
    async move {
        if let Some((websocket, parts)) = requests.await {
            let visit = Visit {
                address,
                parts,
                stopping,
            };
            converse(websocket, visit).await;
        }
        drop(place);
    }
}
