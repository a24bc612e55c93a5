//! A message, as far as it can be read before its type is known.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::{ErrorCode, Problem, shortened};
use super::words::{MessageId, Room};

/// A message, as far as it can be read before its type is known: what every version of the
/// protocol has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    kind: String,
    fields: Map<String, Value>,
}

impl Envelope {
    /// Opens a message: a JSON object with a `type`, and no field in it twice.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn open(text: &str) -> Result<Self, Problem> {
        let malformed = |text: String| Problem::new(ErrorCode::Malformed, text);
        let read = serde_json::from_str(text).map_err(|error| match error.is_data() {
            true => malformed("not a JSON object".to_owned()),
            false => malformed(format!("not JSON: {error}")),
        });
        let Once { mut fields, twice } = read?;
        if let Some(field) = twice {
            let id = id_among(&fields).filter(|_| field != "id");
            let problem = malformed("it stands there twice".to_owned());
            return Err(problem.at(shortened(&field)).about(id));
        }
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

/// The fields of an object.
struct Once {
    fields: Map<String, Value>,
    /// One that stands there more than once. serde_json's own map takes the last of them;
    /// other parsers take the first, so two programs could read two messages (RFC 8259 §4).
    twice: Option<String>,
}

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Once;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Once, A::Error> {
                let (mut fields, mut twice) = (Map::new(), None);
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        twice = twice.or(Some(name));
                    } else {
                        fields.insert(name, value);
                    }
                }
                Ok(Once { fields, twice })
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

fn id_among(fields: &Map<String, Value>) -> Option<MessageId> {
    let id = fields.get("id").and_then(Value::as_str);
    id.and_then(|id| MessageId::new(id).ok())
}
