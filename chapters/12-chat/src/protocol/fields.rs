//! The fields of a message for serde, with a problem that names the field.
//!
//! The values of all messages are flat: text, numbers, truth. A list or an object is refused
//! wherever it stands, and not even looked into.

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};

use super::problem::Problem;

/// The fields, one after the other.
pub(super) struct Fields {
    rest: map::IntoIter,
    /// The one whose name has been read.
    next: Option<(String, Value)>,
}

impl Fields {
    pub(super) fn new(fields: Map<String, Value>) -> Self {
        Self {
            rest: fields.into_iter(),
            next: None,
        }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        let key = seed.deserialize(name.as_str().into_deserializer());
        self.next = Some((name, value));
        key.map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Problem> {
        let field = self.next.take();
        let (name, value) = field.ok_or_else(|| Problem::custom("no field is left"))?;
        let value = seed.deserialize(Scalar(value));
        value.map_err(|problem| problem.at(name))
    }
}

/// The value of one field.
struct Scalar(Value);

impl<'de> Deserializer<'de> for Scalar {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(truth),
            Value::String(text) => visitor.visit_string(text),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::Array(_) => Err(Problem::invalid_type(Unexpected::Seq, &visitor)),
            Value::Object(_) => Err(Problem::invalid_type(Unexpected::Map, &visitor)),
        }
    }

    /// `null` stands for a field that is not there.
    fn deserialize_option<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes
        byte_buf unit unit_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}
