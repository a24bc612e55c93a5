//! The words of the protocol: what they consist of is checked once, where they come in.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::problem::Problem;
use super::{MAX_ID, MAX_NAME, MAX_ROOM, MAX_TEXT};

/// The control characters, in a class of a regular expression.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

/// Unicode's blanks, as `str::trim` takes them away, in the same form. A `\s` would be
/// others, in JavaScript as well.
const BLANK: &str =
    r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/// A word is a string that its `check` has accepted. A clone of it is the same string.
macro_rules! word {
    ($(#[$docs:meta])* $word:ident, max: $max:ident, pattern: $pattern:expr) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $word(Arc<str>);

        impl $word {
            /// This string, if it is one.
            ///
            /// # Errors
            ///
            /// When it is empty or too long, or has a character that it may not have.
            pub fn new(text: &str) -> Result<Self, Problem> {
                Self::check(text).map(|checked| Self(checked.into()))
            }

            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $word {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $word {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $word {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::check(&text).map(|checked| Self(checked.into()))
            }
        }

        impl JsonSchema for $word {
            fn schema_name() -> Cow<'static, str> {
                stringify!($word).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "description": Self::RULE,
                    "minLength": 1,
                    "maxLength": $max,
                    "pattern": $pattern,
                })
            }
        }
    };
}

word! {
    /// What somebody is called, without blanks around it. Two connections with the same name
    /// are the same person in two windows; nobody's name is anybody's alone.
    Name, max: MAX_NAME, pattern:
        format!("^[^{CONTROL}{BLANK}]([^{CONTROL}]*[^{CONTROL}{BLANK}])?$")
}

impl Name {
    const RULE: &str = "1 to 32 characters, no control characters";

    fn check<E: de::Error>(text: &str) -> Result<&str, E> {
        let name = text.trim();
        length(name.chars().count(), MAX_NAME, Self::RULE)?;
        match name.chars().find(|c| c.is_control()) {
            Some(c) => Err(character(c, Self::RULE)),
            None => Ok(name),
        }
    }
}

word! {
    /// A room, by its name.
    Room, max: MAX_ROOM, pattern: "^[a-z0-9_-]+$"
}

impl Room {
    const RULE: &str = "1 to 64 characters out of a-z, 0-9, - and _";

    fn check<E: de::Error>(text: &str) -> Result<&str, E> {
        let known = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
        length(text.chars().count(), MAX_ROOM, Self::RULE)?;
        match text.chars().find(|c| !known(c)) {
            Some(c) => Err(character(c, Self::RULE)),
            None => Ok(text),
        }
    }
}

word! {
    /// What somebody says in a room. It is data, whatever stands in it: nobody's markup.
    Text, max: MAX_TEXT, pattern: format!("[^{BLANK}]")
}

impl Text {
    const RULE: &str = "1 to 4096 bytes of UTF-8, not all of them blank";

    fn check<E: de::Error>(text: &str) -> Result<&str, E> {
        let said = if text.trim().is_empty() {
            0
        } else {
            text.len()
        };
        length(said, MAX_TEXT, Self::RULE)?;
        Ok(text)
    }
}

word! {
    /// A client's own mark on something that it says, by which it knows the answer.
    MessageId, max: MAX_ID, pattern: r"^[\s\S]+$"
}

impl MessageId {
    const RULE: &str = "1 to 64 bytes of UTF-8";

    fn check<E: de::Error>(text: &str) -> Result<&str, E> {
        length(text.len(), MAX_ID, Self::RULE)?;
        Ok(text)
    }
}

fn length<E: de::Error>(found: usize, max: usize, rule: &str) -> Result<(), E> {
    if (1..=max).contains(&found) {
        return Ok(());
    }
    Err(E::invalid_length(found, &rule))
}

fn character<E: de::Error>(found: char, rule: &str) -> E {
    E::invalid_value(Unexpected::Char(found), &rule)
}
