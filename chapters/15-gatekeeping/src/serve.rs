//! The chat behind its door.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use backpressure::{Entrance, Limits, Visit, serve_websockets, websocket_route};
use connection::WebSocket;
use history::{Chat, FanOut, Farewell, RoomLog, WebSocketLine, converse};
use wiretap::Listen;

use crate::http::{Held, guard, policy, router};
use crate::keeper::Keeper;

/// Everything that there is over HTTP, behind the [`guard`]: the API, the chat at `/chat`, and
/// whatever else `pages` has.
pub fn site(keeper: &Keeper, limits: &Limits, pages: Router) -> Router {
    let settings = keeper.settings();
    let site = websocket_route(policy(settings))
        .merge(router(keeper.clone()))
        .merge(pages);
    guard(site, settings, limits.connections_per_address)
}

/// Serves the chat at `/chat` to those who have a ticket, the API by which they get one, and
/// whatever else `pages` has, until `shutdown` resolves. `address_of` says where a connection
/// comes from. At the shutdown every client is told 1001; what has not ended after
/// [`Limits::drain`] is cut off.
///
/// # Panics
///
/// At once, if the pages have a path that is the chat's or the API's.
///
/// # Cancel safety
///
/// To drop the future is to cut every connection off at once. What was acknowledged is
/// durable all the same.
pub async fn serve<N: Listen, L: RoomLog, F: FanOut>(
    listener: N,
    chat: Chat<L, F>,
    keeper: Keeper,
    pages: Router,
    address_of: impl Fn(&N::Io) -> IpAddr,
    shutdown: impl Future<Output = ()>,
) {
    let entrance = Entrance {
        router: site(&keeper, chat.limits(), pages),
        proxies: keeper.settings().proxies.clone(),
        limits: Arc::clone(chat.limits()),
    };
    let chat = chat.guarded(keeper.gate());
    let talk = |websocket: WebSocket<N::Io>, mut visit: Visit| {
        let place = visit.parts.extensions.remove::<Held>();
        // What only the request needed is not kept for hours.
        let stopping = visit.stopping;
        async move {
            let stop = async move {
                stopping.cancelled().await;
                Farewell::STOPPING
            };
            converse(WebSocketLine::from(websocket), chat, stop).await;
            drop(place);
        }
    };
    serve_websockets(listener, entrance, address_of, talk, shutdown).await;
}
