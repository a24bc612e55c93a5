//! The chat, for all connections of one listener.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use handshake::Policy;
use wiretap::Listen;

use crate::entrance::{Entrance, Visit, serve_websockets};
use crate::hub::Hub;
use crate::limits::Limits;
use crate::session::converse;
use crate::upgrade::websocket_route;

/// Serves the chat at `/chat`, and whatever else `pages` has, until `shutdown` resolves: a
/// [`Hub`] behind [`serve_websockets`], which says what becomes of each connection. Then
/// each client is told 1001.
///
/// # Panics
///
/// At once, if the pages have a `/chat` too.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once.
pub async fn serve<L: Listen>(
    listener: L,
    limits: Limits,
    policy: Policy,
    pages: Router,
    address_of: impl Fn(&L::Io) -> IpAddr,
    shutdown: impl Future<Output = ()>,
) {
    let hub = Hub::new();
    let limits = Arc::new(limits);
    let entrance = Entrance {
        limits: Arc::clone(&limits),
        router: websocket_route(policy).merge(pages),
        proxies: Vec::new(),
    };
    serve_websockets(
        listener,
        entrance,
        address_of,
        move |websocket, visit: Visit| {
            converse(websocket, hub, limits, visit.stopping.cancelled_owned())
        },
        shutdown,
    )
    .await;
}
