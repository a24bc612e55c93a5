//! Why nothing came of a request.

use std::fmt;
use std::time::Duration;

use gatekeeping::api::{ErrorCode, Problem};
use history::Failure;
use http::StatusCode;

/// Why nothing came of a request to the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// There was no answer. The server may have acted upon the request nevertheless.
    Unreachable(String),
    /// The server cannot do it now, or somebody on the way cannot: with this status.
    NotNow(StatusCode),
    /// The answer is not what this chat's server answers.
    NotTheChat(String),
    /// The server says what is wrong.
    Refused {
        /// This.
        problem: Problem,
        /// How long to wait before it makes sense to try again, if the server says so.
        retry_after: Option<Duration>,
    },
}

impl ApiError {
    /// Whether somebody has to sign in (again).
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Refused { problem, .. }
            if problem.code == ErrorCode::NotSignedIn)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "the server does not answer: {why}"),
            Self::NotNow(status) => write!(f, "the server cannot do it now: {status}"),
            Self::NotTheChat(why) => write!(f, "this is not the chat: {why}"),
            Self::Refused {
                problem,
                retry_after,
            } => {
                write!(f, "{problem}")?;
                match retry_after {
                    Some(wait) => write!(f, " (try again in {} s)", wait.as_secs()),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for ApiError {}

/// Without a session there will never be a ticket; anything else may pass.
impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        match error.is_signed_out() {
            true => Self::Final(error.to_string()),
            false => Self::Temporary(error.to_string()),
        }
    }
}
