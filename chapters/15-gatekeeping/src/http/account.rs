//! Signing up, in and out.

use axum::extract::{Extension, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Json};

use super::cookie;
use super::forwarded::Client;
use super::posted::{Acting, AllShown, Posted, Shown};
use crate::api::{Credentials, Me, NewPassword, Nothing, Secret, TicketIssued};
use crate::error::Denied;
use crate::keeper::{Keeper, SignedIn};

/// The cookie with this token, or with none.
fn cookie(keeper: &Keeper, token: Option<&Secret>) -> [(HeaderName, HeaderValue); 1] {
    [(SET_COOKIE, cookie::set(token, keeper.settings()))]
}

pub(super) async fn sign_up(
    State(keeper): State<Keeper>,
    Extension(Client(from)): Extension<Client>,
    Shown(before): Shown,
    Posted(credentials): Posted<Credentials>,
) -> Result<impl IntoResponse, Denied> {
    let signed_up = keeper.sign_up(from, &credentials, before.as_deref());
    let (person, token) = signed_up.await?;
    let cookie = cookie(&keeper, Some(&token));
    Ok((StatusCode::CREATED, cookie, Json(person)))
}

pub(super) async fn sign_in(
    State(keeper): State<Keeper>,
    Extension(Client(from)): Extension<Client>,
    Shown(before): Shown,
    Posted(credentials): Posted<Credentials>,
) -> Result<impl IntoResponse, Denied> {
    let signed_in = keeper.sign_in(from, &credentials, before.as_deref());
    let (person, token) = signed_in.await?;
    Ok((cookie(&keeper, Some(&token)), Json(person)))
}

pub(super) async fn sign_out(
    State(keeper): State<Keeper>,
    AllShown(tokens): AllShown,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<impl IntoResponse, Denied> {
    keeper.sign_out(&tokens).await?;
    Ok((StatusCode::NO_CONTENT, cookie(&keeper, None)))
}

pub(super) async fn password(
    State(keeper): State<Keeper>,
    Extension(Client(from)): Extension<Client>,
    Acting(who): Acting,
    Posted(change): Posted<NewPassword>,
) -> Result<impl IntoResponse, Denied> {
    let token = keeper.change_password(from, &who, &change).await?;
    Ok((StatusCode::NO_CONTENT, cookie(&keeper, Some(&token))))
}

pub(super) async fn me(who: SignedIn) -> Json<Me> {
    Json(who.me())
}

pub(super) async fn ticket(
    State(keeper): State<Keeper>,
    Acting(who): Acting,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<(StatusCode, Json<TicketIssued>), Denied> {
    Ok((StatusCode::CREATED, Json(keeper.ticket(&who)?)))
}
