//! What the page of chapter 14 asks of its lab.

use axum::Json;
use axum::http::StatusCode;

use super::super::history_lab::Kept;
use super::super::stage::Stage;
use super::{Acting, Refusal};

/// What the room remembers, oldest first.
pub(super) async fn log(Acting(session): Acting) -> Result<Json<Vec<Kept>>, Refusal> {
    let Stage::History(rooms) = &session.stage else {
        let text = "Rooms that remember are in the lab of chapter 14.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    };
    let kept = rooms.kept().await;
    let refuse = |text| Refusal(StatusCode::INTERNAL_SERVER_ERROR, text);
    kept.map(Json).map_err(refuse)
}
