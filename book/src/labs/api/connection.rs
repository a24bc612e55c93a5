//! What the page of chapter 9 asks of its lab.

use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use wiretap::Side;

use super::super::connection_lab::{self, Asked, Connections, Order, Outcome};
use super::super::session::Session;
use super::super::stage::Stage;
use super::{Acting, Refusal, place_by_hand};

fn connections_of(session: &Session) -> Result<&Connections, Refusal> {
    match &session.stage {
        Stage::Connection(connections) => Ok(connections),
        _ => {
            let text = "Connections are in the lab of chapter 9.".to_owned();
            Err(Refusal(StatusCode::NOT_FOUND, text))
        }
    }
}

/// Has the server do something on the connections that are open.
pub(super) async fn order(
    Acting(session): Acting,
    Json(asked): Json<Asked>,
) -> Result<StatusCode, Refusal> {
    let connections = connections_of(&session)?;
    let refuse = |text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text);
    let order = asked.checked().map_err(refuse)?;
    if let Order::Lie((name, _)) = &order {
        let text = format!("the server breaks a rule: {name}");
        session.recorder.note(Side::Server, text);
    }
    connections.order(order).map_err(refuse)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be tried.
#[derive(Deserialize)]
pub(super) struct Try {
    name: String,
}

/// Does by hand what a browser cannot do.
pub(super) async fn by_hand(
    Acting(session): Acting,
    Json(Try { name }): Json<Try>,
) -> Result<Json<Outcome>, Refusal> {
    connections_of(&session)?;
    let _place = place_by_hand(&session)?;
    let nonce = std::array::from_fn(|_| fastrand::u8(..));
    connection_lab::by_hand(&session.recorder, &name, nonce)
        .await
        .map(Json)
        .map_err(|text| Refusal(StatusCode::UNPROCESSABLE_ENTITY, text))
}
