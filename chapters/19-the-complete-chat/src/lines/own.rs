//! Whose requests are answered.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::http::Lines;
use super::refusal::Refusal;
use super::shared::Shared;
use super::token::Token;

/// The line of a request's path, of which the request shows the key.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) name: Token,
    pub(super) shared: Arc<Shared>,
}

impl FromRequestParts<Lines> for Own {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        lines: &Lines,
    ) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, lines).await;
        let name = path.ok().and_then(|Path(name)| name.parse().ok());
        let name = name.ok_or(Refusal::NoSuchLine)?;
        let shared = lines.table().find(name, &parts.headers)?;
        Ok(Self { name, shared })
    }
}
