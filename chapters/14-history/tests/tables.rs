//! The messages of version 2 as tables for the book, made of their types.

use history::protocol::{ClientMessage, ServerMessage};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

/// In one line, and without the marks of code.
fn words(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default().replace('`', "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A row for each message: its type, its fields, and what it is.
fn messages(schema: &Schema) -> Vec<[String; 3]> {
    let schema = schema.as_value();
    let kinds = schema["oneOf"].as_array().expect("kinds");
    let row = |kind: &Value| {
        // The fields of some stand elsewhere.
        let referred = kind["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next());
        let place = referred.map_or(kind, |name| &schema["$defs"][name]);
        let required = |field: &String| {
            let among = |list: &Value| {
                list.as_array()
                    .is_some_and(|names| names.contains(&field.as_str().into()))
            };
            among(&kind["required"]) || among(&place["required"])
        };
        let fields = place["properties"].as_object().expect("fields");
        let fields = fields.keys().filter(|field| *field != "type").map(|field| {
            let optional = if required(field) { "" } else { "?" };
            format!("{field}{optional}")
        });
        [
            words(&kind["properties"]["type"]["const"]),
            fields.collect::<Vec<_>>().join(", "),
            words(&kind["description"]),
        ]
    };
    kinds.iter().map(row).collect()
}

fn record(name: &str, caption: &str, schema: &Schema) {
    let table = json!({
        "caption": caption,
        "columns": ["type", "fields", "what it is"],
        "rows": messages(schema),
        "note": "A field with a ? may be left out.",
    });
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, format!("{table:#}"));
    });
}

#[test]
fn the_messages_of_both_sides() {
    let (client, server) = (schema_for!(ClientMessage), schema_for!(ServerMessage));
    record("client", "What a client of version 2 says", &client);
    record("server", "What it is told", &server);
}
