//! The schema and the parser say the same: each required field is one, each limit is where
//! the schema has it, and nothing else is allowed.

use chat::protocol::{ClientMessage, ErrorCode, Problem, schema};
use serde_json::{Map, Value, json};

/// Each message of a client: its type, and its part of the schema.
fn messages(schema: &Value) -> Vec<(String, Value)> {
    let kinds = schema["$defs"]["ClientMessage"]["oneOf"]
        .as_array()
        .expect("kinds");
    let named = |kind: &Value| {
        let name = kind["properties"]["type"]["const"]
            .as_str()
            .expect("a type");
        (name.to_owned(), kind.clone())
    };
    kinds.iter().map(named).collect()
}

/// The definition that a field refers to, whether it may be left out or not.
fn word<'a>(schema: &'a Value, field: &Value) -> Option<&'a Value> {
    let place = field["$ref"]
        .as_str()
        .or(field["anyOf"][0]["$ref"].as_str())?;
    Some(&schema["$defs"][place.rsplit('/').next()?])
}

/// A message with all its fields, each of them legal.
fn whole(schema: &Value, kind: &Value) -> Map<String, Value> {
    let fields = kind["properties"].as_object().expect("fields");
    let legal = |(name, field): (&String, &Value)| {
        let value = match (field["const"].as_str(), word(schema, field)) {
            (Some(kind), _) => kind.into(),
            (None, Some(_)) => "a".into(),
            (None, None) => json!(1),
        };
        (name.clone(), value)
    };
    fields.iter().map(legal).collect()
}

fn parse(message: &Map<String, Value>) -> Result<ClientMessage, Problem> {
    ClientMessage::parse(&Value::Object(message.clone()).to_string())
}

#[test]
fn a_whole_message_is_read_and_written_as_it_was() {
    let schema = schema();
    let messages = messages(&schema);
    assert_eq!(messages.len(), 5);
    for (_, kind) in messages {
        let message = whole(&schema, &kind);
        let read = parse(&message).expect("a message");
        let written: Value = serde_json::from_str(&read.to_json()).expect("JSON");
        assert_eq!(written, Value::Object(message));
    }
}

#[test]
fn what_is_required_is_missed_and_nothing_else() {
    let schema = schema();
    for (name, kind) in messages(&schema) {
        let message = whole(&schema, &kind);
        let required = kind["required"].as_array().expect("a list");
        for field in message.keys() {
            let mut without = message.clone();
            without.remove(field);
            let is_missed = parse(&without).is_err_and(|problem| {
                problem.code == ErrorCode::Malformed
                    && problem.field.as_ref() == Some(field)
            });
            assert_eq!(
                is_missed,
                required.contains(&json!(field)),
                "{field} of {name}"
            );
        }
        assert_eq!(kind["additionalProperties"], false, "{name}");
        let mut with_more = message;
        with_more.insert("more".into(), json!(1));
        let problem = parse(&with_more).expect_err("a field too many");
        assert_eq!(problem.field.as_deref(), Some("more"), "{name}");
    }
}

#[test]
fn every_limit_is_where_the_schema_has_it() {
    let schema = schema();
    let mut limits = 0;
    for (name, kind) in messages(&schema) {
        for (field, about) in kind["properties"].as_object().expect("fields") {
            let Some(word) = word(&schema, about) else {
                continue;
            };
            let longest = usize::try_from(word["maxLength"].as_u64().expect("a limit"));
            let longest = longest.expect("a length");
            assert_eq!(word["minLength"], 1, "{field} of {name}");
            let code = |length: usize| {
                let mut message = whole(&schema, &kind);
                message.insert(field.clone(), "a".repeat(length).into());
                parse(&message).err().map(|problem| problem.code)
            };
            assert_eq!(code(longest), None, "{field} of {name}");
            assert_eq!(
                code(longest + 1),
                Some(ErrorCode::TooLong),
                "{field} of {name}"
            );
            assert_eq!(code(0), Some(ErrorCode::Empty), "{field} of {name}");
            limits += 1;
        }
    }
    assert_eq!(limits, 7);
}
