//! What the page of chapter 13 asks of its lab.

use axum::Json;
use axum::http::StatusCode;

use super::super::backpressure_lab::Order;
use super::super::stage::Stage;
use super::{Acting, Refusal};

/// Tells Carl what to do.
pub(super) async fn carl(
    Acting(session): Acting,
    Json(order): Json<Order>,
) -> Result<StatusCode, Refusal> {
    let Stage::Backpressure(room) = &session.stage else {
        let text = "Carl is in the lab of chapter 13.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    };
    room.order(&session.recorder, order);
    Ok(StatusCode::NO_CONTENT)
}
