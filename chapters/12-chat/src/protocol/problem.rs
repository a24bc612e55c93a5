//! What is wrong with a message: the server's answer to it.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, Expected, Unexpected};
use serde::{Deserialize, Serialize};

use super::words::MessageId;

/// What kind of problem it is, for programs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// It is no message: not JSON, not an object, a field missing, unknown, or of another
    /// type.
    Malformed,
    /// There is no message of this type.
    UnknownType,
    /// A version that this server does not speak. The client may say `hello` again with one
    /// that it does.
    UnknownVersion,
    /// Something else before the first `hello`.
    HelloFirst,
    /// A second `hello`.
    HelloAgain,
    /// A field is empty, or blank.
    Empty,
    /// A field is longer than it may be.
    TooLong,
    /// A field has a character that it may not have.
    BadCharacter,
    /// The client is not in this room.
    NotInRoom,
    /// The client is in as many rooms as it may be.
    TooManyRooms,
    /// The client says more in a short time than it may.
    Rate,
    /// The server is not able to do it now. It is worth another try later.
    Unavailable,
}

/// What is wrong with a message: the fields of an `error`. It is what reading one fails
/// with, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Its kind.
    pub code: ErrorCode,
    /// The field that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it is, for people.
    pub text: String,
    /// The id of the message that it is about, if that had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
}

impl Problem {
    /// A problem that is about no field.
    pub fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        Self {
            code,
            field: None,
            text: text.into(),
            id: None,
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

    /// The same, about the message with this id.
    #[must_use]
    pub fn about(self, id: Option<MessageId>) -> Self {
        Self { id, ..self }
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

/// serde tells the ways apart in which a value can be wrong, and so there is a code for each
/// of them.
impl de::Error for Problem {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::new(ErrorCode::Malformed, what.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let text = match found {
            // It may be as long as the message, and is not repeated.
            Unexpected::Str(_) => format!("a string, where {expected} is expected"),
            found => format!("{found}, where {expected} is expected"),
        };
        Self::new(ErrorCode::Malformed, text)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (code, what) = match found {
            // Escaped: what cannot be printed may be what is wrong.
            Unexpected::Char(c) => (ErrorCode::BadCharacter, format!("{c:?}")),
            other => (ErrorCode::Malformed, other.to_string()),
        };
        Self::new(code, format!("it has {what}; allowed are {expected}"))
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        if found == 0 {
            let text = format!("it is empty or blank; allowed are {expected}");
            return Self::new(ErrorCode::Empty, text);
        }
        let text = format!("its length is {found}; allowed are {expected}");
        Self::new(ErrorCode::TooLong, text)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known = expected.join(", ");
        let text = format!("there is no such field; there are: type, {known}");
        Self::new(ErrorCode::Malformed, text).at(shortened(field))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(ErrorCode::Malformed, "it is missing").at(field)
    }
}

/// A name of any length may stand there, and the answer repeats no more of it.
pub(super) fn shortened(field: &str) -> String {
    field.chars().take(64).collect()
}
