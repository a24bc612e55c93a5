//! What an operator looks at, at an address of its own.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use history::{FanOut, Gate, RoomLog};
use tokio::time::timeout;

use crate::conversations::Conversations;
use crate::metrics::{CONTENT_TYPE as OPENMETRICS, Metrics};

/// How long the log may take to answer.
const PROMPT: Duration = Duration::from_secs(1);

/// `/healthz`: the process is alive, and nothing else. Who gets no answer may kill it.
/// `/readyz`: people may be sent here: the log answers, and the server does not drain.
/// `/metrics`: the figures.
pub fn admin<L: RoomLog, F: FanOut, G: Gate>(
    log: L,
    conversations: Conversations<L, F, G>,
) -> Router {
    let metrics = conversations.metrics().clone();
    let ready = move || ready(log, conversations);
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures).with_state(metrics))
}

async fn ready<L: RoomLog, F: FanOut, G: Gate>(
    log: L,
    conversations: Conversations<L, F, G>,
) -> impl IntoResponse {
    if conversations.drain().retry_after().is_some() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    match timeout(PROMPT, log.after("", 0, 1)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        Ok(Err(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the log cannot be read\n"),
        Err(_late) => (StatusCode::SERVICE_UNAVAILABLE, "the log does not answer\n"),
    }
}

async fn figures(State(metrics): State<Metrics>) -> impl IntoResponse {
    ([(CONTENT_TYPE, OPENMETRICS)], metrics.text())
}
