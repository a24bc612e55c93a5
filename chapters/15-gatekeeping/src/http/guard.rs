//! What every request has to pass, whatever it is for.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use backpressure::{Peer, Place, Places};

use super::forwarded::{Client, client_address};
use super::{headers, origin};
use crate::api::{ErrorCode, Problem};
use crate::error::Denied;
use crate::settings::Settings;

/// The place of a request that a proxy has forwarded, among those of the client's address. It
/// is an `Extension` of the request, and whatever becomes of the connection is to keep it.
#[derive(Debug, Clone)]
pub struct Held {
    _place: Arc<Place>,
}

/// What it needs.
#[derive(Clone)]
struct Guard {
    settings: Arc<Settings>,
    places: Arc<Places>,
}

/// Puts the guard before everything that `router` has: a request has to be for this host
/// (421), and one that changes something must not be a foreign page's (403). Behind it a
/// request says as `Extension<Client>` where it comes from. `per_address` is how many requests
/// or connections an address may have at a time behind our proxies (429); of the others the
/// entrance has counted the connections. Each answer has the headers that keep a page to
/// itself.
pub fn guard(router: Router, settings: &Settings, per_address: usize) -> Router {
    let settings = Arc::new(settings.clone());
    let places = Places::new(per_address);
    router.layer(from_fn_with_state(Guard { settings, places }, pass))
}

async fn pass(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = match guard.check(&mut request) {
        Ok(()) => next.run(request).await,
        Err(denied) => denied.into_response(),
    };
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        headers::add(response.headers_mut(), is_api, &guard.settings);
    }
    response
}

impl Guard {
    fn check(&self, request: &mut Request) -> Result<(), Denied> {
        let (uri, fields) = (request.uri(), request.headers());
        origin::check_host(uri, fields, &self.settings)?;
        origin::check_origin(request.method(), uri, fields, &self.settings)?;
        // Where nobody says so, all come from the same place.
        let peer = request.extensions().get::<Peer>();
        let peer = peer.map_or(IpAddr::from(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let client = client_address(peer, fields, &self.settings.proxies);
        request.extensions_mut().insert(Client(client));
        if client != peer.to_canonical() {
            let place = self.places.take(client).ok_or_else(too_many)?;
            let _place = Arc::new(place);
            request.extensions_mut().insert(Held { _place });
        }
        Ok(())
    }
}

fn too_many() -> Denied {
    let text = "there are too many connections from this address";
    Problem::new(ErrorCode::TooManyTries, text).into()
}
