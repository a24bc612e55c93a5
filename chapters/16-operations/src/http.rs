//! Requests: counted, and refused while the server drains.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tracing::debug;

use crate::drain::Drain;
use crate::metrics::Metrics;
use crate::serve::Site;

/// All that is answered: counted, and what begins something is refused while the server
/// drains.
pub(crate) fn watched(site: Site, drain: &Drain, metrics: &Metrics) -> Router {
    let unless_draining = from_fn_with_state(drain.clone(), unless_draining);
    // What no route is for is answered by the router that is merged last.
    let all = site.conversing.merge(site.router.layer(unless_draining));
    all.layer(from_fn_with_state(metrics.clone(), counted))
}

async fn unless_draining(
    State(drain): State<Drain>,
    request: Request,
    next: Next,
) -> Response {
    match drain.retry_after() {
        None => next.run(request).await,
        Some(rest) => draining(rest.as_secs() + 1),
    }
}

async fn counted(
    State(metrics): State<Metrics>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    metrics.requested(status);
    // A path is not written down: there may be a secret in it.
    debug!(%method, status, "request");
    response
}

/// The request was not looked at: it may be sent again, to whoever listens here then
/// (RFC 9110 §15.6.4, §10.2.3). A connection that goes on would keep the server.
fn draining(seconds: u64) -> Response {
    let fields = [
        (RETRY_AFTER, HeaderValue::from(seconds)),
        (CONNECTION, HeaderValue::from_static("close")),
    ];
    let text = "the server restarts; come back\n";
    (StatusCode::SERVICE_UNAVAILABLE, fields, text).into_response()
}
