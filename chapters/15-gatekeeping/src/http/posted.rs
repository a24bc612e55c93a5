//! What a handler gets of a request.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::cookie;
use crate::api::{ErrorCode, MAX_BODY, Problem};
use crate::error::Denied;
use crate::keeper::{Keeper, SignedIn, not_signed_in};
use crate::store::rooms::no_such_room;

/// The body of a request, which is JSON. No HTML form can send this type, and no page of
/// another origin without asking first (the Fetch standard).
pub(super) struct Posted<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Keeper> for Posted<T> {
    type Rejection = Denied;

    async fn from_request(request: Request, keeper: &Keeper) -> Result<Self, Denied> {
        let problem = |code, text: &str| Denied::from(Problem::new(code, text));
        if !is_json(request.headers()) {
            let text = "the body has to be of the type application/json";
            return Err(problem(ErrorCode::NotJson, text));
        }
        let body = to_bytes(request.into_body(), MAX_BODY);
        let body = timeout(keeper.settings().limits.body, body).await;
        let body = body.map_err(|_late| {
            problem(ErrorCode::TooSlow, "the body did not come in time")
        })?;
        let body = body.map_err(|_| {
            let text = "the body is longer than 16 KiB, or ended too early";
            problem(ErrorCode::TooLarge, text)
        })?;
        let read = serde_json::from_slice(&body);
        Ok(Self(read.map_err(|error| malformed(&error))?))
    }
}

/// Where the fault is, and nothing of what stands there: it may be a password.
fn malformed(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let missing = text.strip_prefix("missing field `");
    let missing = missing.and_then(|rest| rest.split_once('`'));
    if let Some((field, _)) = missing {
        return Problem::new(ErrorCode::Malformed, "it is missing").at(field);
    }
    let (line, column) = (error.line(), error.column());
    let text = format!("not the JSON that belongs here: line {line}, column {column}");
    Problem::new(ErrorCode::Malformed, text)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The token in the cookie, if there is one.
pub(super) struct Shown(pub(super) Option<String>);

impl FromRequestParts<Keeper> for Shown {
    type Rejection = Denied;

    async fn from_request_parts(
        parts: &mut Parts,
        keeper: &Keeper,
    ) -> Result<Self, Denied> {
        Ok(Self(cookie::read(&parts.headers, keeper.settings())))
    }
}

/// The tokens in all cookies of the session's name.
pub(super) struct AllShown(pub(super) Vec<String>);

impl FromRequestParts<Keeper> for AllShown {
    type Rejection = Denied;

    async fn from_request_parts(
        parts: &mut Parts,
        keeper: &Keeper,
    ) -> Result<Self, Denied> {
        Ok(Self(cookie::read_all(&parts.headers, keeper.settings())))
    }
}

impl FromRequestParts<Keeper> for SignedIn {
    type Rejection = Denied;

    async fn from_request_parts(
        parts: &mut Parts,
        keeper: &Keeper,
    ) -> Result<Self, Denied> {
        let token = cookie::read(&parts.headers, keeper.settings());
        keeper.signed_in(&token.ok_or_else(not_signed_in)?).await
    }
}

/// Somebody who is signed in, and does something, which is counted.
pub(super) struct Acting(pub(super) SignedIn);

impl FromRequestParts<Keeper> for Acting {
    type Rejection = Denied;

    async fn from_request_parts(
        parts: &mut Parts,
        keeper: &Keeper,
    ) -> Result<Self, Denied> {
        let who = SignedIn::from_request_parts(parts, keeper).await?;
        keeper.count(&who)?;
        Ok(Self(who))
    }
}

/// The room in the path. What cannot be read as one is one that is not there.
pub(super) struct InRoom(pub(super) String);

impl FromRequestParts<Keeper> for InRoom {
    type Rejection = Denied;

    async fn from_request_parts(
        parts: &mut Parts,
        keeper: &Keeper,
    ) -> Result<Self, Denied> {
        let room = Path::<String>::from_request_parts(parts, keeper).await;
        Ok(Self(room.map_err(|_| no_such_room())?.0))
    }
}
