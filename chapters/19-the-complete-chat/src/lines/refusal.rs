//! What a request for a line may be refused for.

use std::time::Duration;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::mailbox::{BadCursor, Closed};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There never was one of this name, or it is over, or its key is not shown.
    NoSuchLine,
    /// There are as many as there may be.
    TooMany,
    /// From this address there are.
    TooManyOfAddress,
    /// It is not what is asked for here.
    Malformed(String),
    /// It is no JSON, by its own account: what a page of another origin may send unasked.
    NotJson,
    /// It is larger than it may be.
    TooLarge,
    /// It has not come in time.
    Late,
    /// The conversation has not heard what was said before, for so long.
    Busy(Duration),
    /// Some messages are missing before these: this one is next.
    Gap(u64),
    /// What comes after this cursor was acknowledged.
    Forgotten,
    /// The line is closed.
    Closed(Option<Closed>),
}

impl From<BadCursor> for Refusal {
    fn from(bad: BadCursor) -> Self {
        match bad {
            BadCursor::Future => Self::Malformed("nothing was told up to there".into()),
            BadCursor::Past => Self::Forgotten,
        }
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchLine => StatusCode::NOT_FOUND,
            Self::TooMany | Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooManyOfAddress => StatusCode::TOO_MANY_REQUESTS,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Gap(_) | Self::Forgotten => StatusCode::CONFLICT,
            Self::Closed(_) => StatusCode::GONE,
        }
    }

    /// A word for programs, and some for people.
    fn words(&self) -> (&'static str, String) {
        let (code, text) = match self {
            Self::NoSuchLine => ("no_such_line", "there is no such line, or no more"),
            Self::TooMany => ("too_many_lines", "there are no lines left; try later"),
            Self::TooManyOfAddress => {
                ("too_many_lines", "there are no lines left for your address")
            }
            Self::Malformed(what) => return ("malformed", what.clone()),
            Self::NotJson => ("malformed", "say content-type: application/json"),
            Self::TooLarge => ("too_large", "say less at a time"),
            Self::Late => ("late", "the body has not come in time"),
            Self::Busy(_) => ("busy", "what you have said before is not heard yet"),
            Self::Gap(next) => {
                return ("gap", format!("message {next} of yours is the next"));
            }
            Self::Forgotten => ("forgotten", "you have had more than that"),
            Self::Closed(_) => ("closed", "the line is closed"),
        };
        (code, text.to_owned())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (code, text) = self.words();
        let mut body = json!({ "error": { "code": code, "text": text } });
        if let Self::Closed(closed) = &self {
            body["closed"] = json!(closed);
        }
        let retry_after = match &self {
            Self::TooMany | Self::TooManyOfAddress => Some(Duration::from_secs(5)),
            Self::Busy(after) => Some(*after),
            _ => None,
        };
        let fields = [(header::CACHE_CONTROL, "no-store".to_owned())];
        let mut response = (self.status(), fields, Json(body)).into_response();
        if let Some(after) = retry_after {
            let seconds = after.as_secs().max(1);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
