//! What the page of chapter 15 asks of its lab.

use axum::Json;
use axum::http::StatusCode;

use super::super::door_lab::{Order, Outcome};
use super::super::stage::Stage;
use super::{Acting, Refusal, place_by_hand};

/// Does something with Ada's session, or opens a socket from elsewhere.
pub(super) async fn order(
    Acting(session): Acting,
    Json(order): Json<Order>,
) -> Result<Json<Outcome>, Refusal> {
    let Stage::Gatekeeping(door) = &session.stage else {
        let text = "The door is in the lab of chapter 15.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    };
    let _place = place_by_hand(&session)?;
    let done = session.obey_at_the_door(door, order).await;
    done.map(Json)
        .map_err(|text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text))
}
