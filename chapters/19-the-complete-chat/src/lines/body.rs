//! What is said in the body of a request.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::limits::LineLimits;
use super::refusal::Refusal;

/// How many messages of the greatest length there is room for in a body: JSON within JSON
/// may be more than twice as long.
const ROOM: usize = 4;

/// Reads a body that says of itself that it is JSON: a page of another origin cannot send
/// such a one without having asked whether it may.
pub(super) async fn read<T: DeserializeOwned>(
    limits: &LineLimits,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Refusal> {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next());
    let is_json = |it: &str| it.trim().eq_ignore_ascii_case("application/json");
    if !media_type.is_some_and(is_json) {
        return Err(Refusal::NotJson);
    }
    let body = to_bytes(body, ROOM * limits.message);
    let body = timeout(limits.body, body).await;
    let body = body.map_err(|_late| Refusal::Late)?;
    let body = body.map_err(|_| Refusal::TooLarge)?;
    let read = serde_json::from_slice(&body);
    read.map_err(|error| Refusal::Malformed(error.to_string()))
}
