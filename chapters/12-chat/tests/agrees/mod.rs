//! Whether a schema and the parser for what clients say agree: for both versions.

use chat::protocol::{ErrorCode, Problem};
use serde_json::{Map, Value, json};

/// A version of the protocol.
pub(crate) struct Protocol {
    pub(crate) schema: Value,
    /// Reads a client's message, and writes it again.
    pub(crate) read: fn(&str) -> Result<String, Problem>,
}

impl Protocol {
    /// Each message of a client: its type, and its part of the schema.
    pub(crate) fn messages(&self) -> Vec<(String, Value)> {
        let kinds = self.schema["$defs"]["ClientMessage"]["oneOf"].as_array();
        let named = |kind: &Value| {
            let name = kind["properties"]["type"]["const"].as_str();
            (name.expect("a type").to_owned(), kind.clone())
        };
        kinds.expect("kinds").iter().map(named).collect()
    }

    /// The definition that a field refers to, whether it may be left out or not.
    fn word(&self, field: &Value) -> Option<&Value> {
        let place = field["$ref"].as_str();
        let place = place.or(field["anyOf"][0]["$ref"].as_str())?;
        Some(&self.schema["$defs"][place.rsplit('/').next()?])
    }

    /// A message with all its fields, each of them legal.
    fn whole(&self, kind: &Value) -> Map<String, Value> {
        let fields = kind["properties"].as_object().expect("fields");
        let legal = |(name, field): (&String, &Value)| {
            let value = match (field["const"].as_str(), self.word(field)) {
                (Some(kind), _) => kind.into(),
                (None, Some(_)) => "a".into(),
                (None, None) if name == "version" => json!(1),
                (None, None) => json!(7),
            };
            (name.clone(), value)
        };
        fields.iter().map(legal).collect()
    }

    fn read(&self, message: &Map<String, Value>) -> Result<String, Problem> {
        (self.read)(&Value::Object(message.clone()).to_string())
    }

    /// A whole message is read, and written as it was.
    pub(crate) fn whole_messages(&self) {
        for (_, kind) in self.messages() {
            let message = self.whole(&kind);
            let written = self.read(&message).expect("a message");
            let written: Value = serde_json::from_str(&written).expect("JSON");
            assert_eq!(written, Value::Object(message));
        }
    }

    /// What is required is missed, and nothing else; and there may be nothing else.
    pub(crate) fn fields(&self) {
        for (name, kind) in self.messages() {
            let message = self.whole(&kind);
            let required = kind["required"].as_array().expect("a list");
            for field in message.keys() {
                let mut without = message.clone();
                without.remove(field);
                let is_missed = self.read(&without).is_err_and(|problem| {
                    problem.code == ErrorCode::Malformed
                        && problem.field.as_ref() == Some(field)
                });
                let is_required = required.contains(&json!(field));
                assert_eq!(is_missed, is_required, "{field} of {name}");
            }
            assert_eq!(kind["additionalProperties"], false, "{name}");
            let mut with_more = message;
            with_more.insert("more".into(), json!(1));
            let problem = self.read(&with_more).expect_err("a field too many");
            assert_eq!(problem.field.as_deref(), Some("more"), "{name}");
        }
    }

    /// Each limit is where the schema has it. How many words and how many numbers there
    /// were.
    pub(crate) fn limits(&self) -> (usize, usize) {
        let (mut words, mut numbers) = (0, 0);
        for (name, kind) in self.messages() {
            for (field, about) in kind["properties"].as_object().expect("fields") {
                let code = |value: Value| {
                    let mut message = self.whole(&kind);
                    message.insert(field.clone(), value);
                    self.read(&message).err().map(|problem| problem.code)
                };
                let what = format!("{field} of {name}");
                if let Some(word) = self.word(about) {
                    let longest = word["maxLength"].as_u64().expect("a limit");
                    let longest = usize::try_from(longest).expect("a length");
                    let long = |length: usize| code("a".repeat(length).into());
                    assert_eq!(word["minLength"], 1, "{what}");
                    assert_eq!(long(longest), None, "{what}");
                    assert_eq!(long(longest + 1), Some(ErrorCode::TooLong), "{what}");
                    assert_eq!(long(0), Some(ErrorCode::Empty), "{what}");
                    words += 1;
                } else if let Some(most) = about["maximum"].as_u64()
                    // How much a page has is for the server to look at.
                    && field != "limit"
                {
                    assert_eq!(code(json!(most)), None, "{what}");
                    let beyond = code(json!(most + 1));
                    assert_eq!(beyond, Some(ErrorCode::Malformed), "{what}");
                    numbers += 1;
                }
            }
        }
        (words, numbers)
    }
}
