//! Rooms and their members.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Json;

use super::posted::{Acting, InRoom, Posted};
use crate::api::{NewRoom, Nothing, ReadTo, RoomInfo, Rooms, Whom};
use crate::error::Denied;
use crate::keeper::{Keeper, SignedIn};

pub(super) async fn list(
    State(keeper): State<Keeper>,
    who: SignedIn,
) -> Result<Json<Rooms>, Denied> {
    keeper.rooms(&who).await.map(Json)
}

pub(super) async fn create(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    Posted(new): Posted<NewRoom>,
) -> Result<(StatusCode, Json<RoomInfo>), Denied> {
    let room = keeper.create_room(&who, &new).await?;
    Ok((StatusCode::CREATED, Json(room)))
}

pub(super) async fn enter(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    InRoom(room): InRoom,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Json<RoomInfo>, Denied> {
    keeper.enter(&who, &room).await.map(Json)
}

pub(super) async fn invite(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    InRoom(room): InRoom,
    Posted(Whom { name }): Posted<Whom>,
) -> Result<StatusCode, Denied> {
    keeper.invite(&who, &room, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn leave(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    InRoom(room): InRoom,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<StatusCode, Denied> {
    keeper.leave(&who, &room).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn read(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    InRoom(room): InRoom,
    Posted(ReadTo { seq }): Posted<ReadTo>,
) -> Result<StatusCode, Denied> {
    keeper.read_to(&who, &room, seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn direct(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    Posted(Whom { name }): Posted<Whom>,
) -> Result<Json<RoomInfo>, Denied> {
    keeper.direct(&who, &name).await.map(Json)
}
