//! What is answered when nothing came of a request.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The body of an answer that is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// What is wrong.
    pub error: Problem,
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Its kind, for programs.
    pub code: ErrorCode,
    /// The field that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it is, for people. Nothing of the request stands in it.
    pub text: String,
}

/// What kind of problem it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: the request is not what belongs here.
    Malformed,
    /// 400: the password is too easily guessed.
    WeakPassword,
    /// 401: there is no such account, or it has another password. Which of both is not told.
    WrongCredentials,
    /// 401: there is no session, or it has ended.
    NotSignedIn,
    /// 403: the request was made by a page of another site.
    WrongOrigin,
    /// 404: there is no such room, or it is a private one of others. Which of both is not
    /// told.
    NoSuchRoom,
    /// 404: nobody is called so.
    NoSuchPerson,
    /// 404: there is nothing at this path.
    NotFound,
    /// 405: not with this method.
    WrongMethod,
    /// 408: the body of the request did not come in time.
    TooSlow,
    /// 409: somebody is called so, or so that it looks the same.
    NameTaken,
    /// 409: a public room has this name.
    RoomTaken,
    /// 409: there are as many rooms, or as many people in this one, as there may be.
    TooMany,
    /// 413: the body is longer than [`MAX_BODY`](super::MAX_BODY).
    TooLarge,
    /// 415: the body is no `application/json`.
    NotJson,
    /// 421: the request is for another host.
    WrongHost,
    /// 429: too often. `Retry-After` says how many seconds to wait.
    TooManyTries,
    /// 503: the server cannot do it now. It is worth another try later.
    Unavailable,
}

impl ErrorCode {
    /// The status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::WeakPassword => 400,
            Self::WrongCredentials | Self::NotSignedIn => 401,
            Self::WrongOrigin => 403,
            Self::NoSuchRoom | Self::NoSuchPerson | Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::TooSlow => 408,
            Self::NameTaken | Self::RoomTaken | Self::TooMany => 409,
            Self::TooLarge => 413,
            Self::NotJson => 415,
            Self::WrongHost => 421,
            Self::TooManyTries => 429,
            Self::Unavailable => 503,
        }
    }
}

impl Problem {
    /// A problem that is about no field.
    pub fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            code,
            field: None,
            text,
        }
    }

    /// The same, about this field.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for Problem {}
