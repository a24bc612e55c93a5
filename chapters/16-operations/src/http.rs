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

/// Where the conversations are that go over requests, and not over a WebSocket (chapter 19):
/// each at a path of its own behind this. Those that are open go on until they are told.
const LINES: &str = "/chat/line/";

/// A router whose requests are counted, and refused while the server drains.
pub(crate) fn watched(router: Router, drain: &Drain, metrics: &Metrics) -> Router {
    let state = (drain.clone(), metrics.clone());
    router.layer(from_fn_with_state(state, pass))
}

async fn pass(
    State((drain, metrics)): State<(Drain, Metrics)>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let rest = drain.retry_after();
    let goes_on = request.uri().path().starts_with(LINES);
    let response = match rest {
        Some(rest) if !goes_on => draining(rest.as_secs() + 1),
        Some(_) | None => next.run(request).await,
    };
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
