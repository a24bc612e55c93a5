//! What is answered when nothing came of a request.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CONNECTION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::api::{ErrorCode, Failure};
use crate::error::Denied;

/// When to come back to a server that cannot do something now, where it does not know better.
const SOON: Duration = Duration::from_secs(5);

impl IntoResponse for Denied {
    /// A [`Failure`]. The operator's trouble goes along beside the answer, and is for
    /// whoever reports it.
    fn into_response(self) -> Response {
        let error = self.problem();
        let code = error.code;
        let mut response = Json(Failure { error }).into_response();
        *response.status_mut() = StatusCode::from_u16(code.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = match self {
            Self::Later(wait) => Some(wait),
            _ => [ErrorCode::Unavailable, ErrorCode::TooManyTries]
                .contains(&code)
                .then_some(SOON),
        };
        if let Some(wait) = wait {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if [ErrorCode::TooSlow, ErrorCode::TooLarge].contains(&code) {
            // The rest of the body is not waited for.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        if let Self::Trouble(error) = self {
            response.extensions_mut().insert(error);
        }
        response
    }
}
