//! What the pages of chapters 7 and 8 ask of their labs.

use axum::Json;
use axum::http::StatusCode;

use super::super::session::Session;
use super::super::stage::Stage;
use super::super::{frames_lab, messages_lab};
use super::{Acting, Refusal, place_by_hand};

pub(super) async fn send_frames(
    Acting(session): Acting,
    Json(order): Json<messages_lab::Order>,
) -> Result<Json<Vec<messages_lab::Seen>>, Refusal> {
    if !matches!(session.stage, Stage::Messages) {
        let text = "Fragments are for the lab of chapter 8.".to_owned();
        return Err(Refusal(StatusCode::NOT_FOUND, text));
    }
    let refuse = |text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text);
    let frames = order.checked().map_err(refuse)?;
    let _place = place_by_hand(&session)?;
    let mut chance = fastrand::Rng::new();
    messages_lab::converse(&session.recorder, &frames, &mut chance)
        .await
        .map(Json)
        .map_err(|text| Refusal(StatusCode::BAD_GATEWAY, text))
}

fn frames_of(session: &Session) -> Result<&frames_lab::Arrived, Refusal> {
    match &session.stage {
        Stage::Frames(arrived) => Ok(arrived),
        _ => {
            let text = "Frames are named in the lab of chapter 7.".to_owned();
            Err(Refusal(StatusCode::NOT_FOUND, text))
        }
    }
}

/// Names every bit of what a reader types.
pub(super) async fn inspect(
    Acting(session): Acting,
    Json(typed): Json<frames_lab::Typed>,
) -> Result<Json<Vec<frames_lab::Named>>, Refusal> {
    frames_of(&session)?;
    let refuse = |text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text);
    let bytes = typed.checked().map_err(refuse)?;
    Ok(Json(frames_lab::name(&bytes)))
}

/// Answers with the bytes of the frame that came last.
pub(super) async fn arrived(Acting(session): Acting) -> Result<Json<Vec<u8>>, Refusal> {
    Ok(Json(frames_of(&session)?.get()))
}

pub(super) async fn send_frame_bytes(
    Acting(session): Acting,
    Json(typed): Json<frames_lab::Typed>,
) -> Result<StatusCode, Refusal> {
    let arrived = frames_of(&session)?;
    let refuse = |text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text);
    let bytes = typed.checked().map_err(refuse)?;
    let _place = place_by_hand(&session)?;
    let nonce = std::array::from_fn(|_| fastrand::u8(..));
    frames_lab::send(&session.recorder, &bytes, arrived, nonce)
        .await
        .map_err(|text| Refusal(StatusCode::BAD_GATEWAY, text))?;
    Ok(StatusCode::NO_CONTENT)
}
