//! A message, as far as it can be read before its type is known.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::{ErrorCode, Problem};
use super::words::{MessageId, Room};

/// A message, as far as it can be read before its type is known: what every version of the
/// protocol has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    kind: String,
    fields: Map<String, Value>,
}

impl Envelope {
    /// Opens a message: a JSON object with a `type`. Of a field that stands in it twice, the
    /// last counts.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn open(text: &str) -> Result<Self, Problem> {
        let value = serde_json::from_str(text).map_err(|error| {
            Problem::new(ErrorCode::Malformed, format!("not JSON: {error}"))
        })?;
        let Value::Object(mut fields) = value else {
            return Err(Problem::new(ErrorCode::Malformed, "not a JSON object"));
        };
        let (text, found) = match fields.remove("type") {
            Some(Value::String(kind)) => return Ok(Self { kind, fields }),
            None => ("it is missing", fields),
            Some(_) => ("a string is expected", fields),
        };
        let id = id_among(&found);
        Err(Problem::new(ErrorCode::Malformed, text)
            .at("type")
            .about(id))
    }

    /// The `type`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The `version` of a `hello`. It decides what else may stand in it.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn version(&self) -> Result<u32, Problem> {
        let malformed = |text| Problem::new(ErrorCode::Malformed, text).at("version");
        let version = self.fields.get("version");
        let version = version.ok_or_else(|| malformed("it is missing"))?;
        u32::deserialize(version).map_err(|_| malformed("a small number is expected"))
    }

    /// The client's own id for this message, if it has a legal one.
    pub fn id(&self) -> Option<MessageId> {
        id_among(&self.fields)
    }

    /// The room that this message names, if it names a legal one.
    pub fn room(&self) -> Option<Room> {
        let room = self.fields.get("room").and_then(Value::as_str);
        room.and_then(|room| Room::new(room).ok())
    }

    /// Reads what is in it.
    ///
    /// # Errors
    ///
    /// When a field is missing, unknown or wrong: it is named, and so is the message's `id`.
    pub fn read<'de, T: Deserialize<'de>>(self) -> Result<T, Problem> {
        let id = self.id();
        let fields = MapAccessDeserializer::new(Fields::new(self.fields));
        T::deserialize(fields).map_err(|problem| problem.about(id))
    }

    /// The answer to a type that is not known.
    pub fn unknown_type(&self) -> Problem {
        let text = "there is no such message from a client";
        Problem::new(ErrorCode::UnknownType, text)
            .at("type")
            .about(self.id())
    }
}

fn id_among(fields: &Map<String, Value>) -> Option<MessageId> {
    let id = fields.get("id").and_then(Value::as_str);
    id.and_then(|id| MessageId::new(id).ok())
}
