//! The protocol as rows of tables, made of its schema: for both versions.

use serde_json::{Map, Value, json};

/// A table for the book.
pub(crate) fn table(
    caption: &str,
    columns: &[&str],
    rows: &[Vec<String>],
    note: &str,
) -> String {
    let mut table = json!({ "caption": caption, "columns": columns, "rows": rows });
    if !note.is_empty() {
        table["note"] = note.into();
    }
    serde_json::to_string_pretty(&table).expect("JSON")
}

/// In one line.
pub(crate) fn words(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As code.
pub(crate) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The messages of a side.
fn kinds<'a>(schema: &'a Value, of: &str) -> &'a [Value] {
    let kinds = schema["$defs"][of]["oneOf"].as_array();
    kinds.expect("kinds").as_slice()
}

/// Where a message's fields are described: an error's stand elsewhere.
fn place<'a>(schema: &'a Value, kind: &'a Value) -> &'a Value {
    let referred = kind["$ref"].as_str();
    let referred = referred.and_then(|name| name.rsplit('/').next());
    referred.map_or(kind, |name| &schema["$defs"][name])
}

fn properties(place: &Value) -> &Map<String, Value> {
    place["properties"].as_object().expect("fields")
}

/// A row for each message: its type, its fields, and what it is.
pub(crate) fn messages(schema: &Value, of: &str) -> Vec<Vec<String>> {
    let row = |kind: &Value| {
        let place = place(schema, kind);
        let required = |field: &str| {
            let among = |list: &Value| {
                list.as_array()
                    .is_some_and(|names| names.contains(&field.into()))
            };
            among(&kind["required"]) || among(&place["required"])
        };
        let fields = properties(place).keys().filter(|field| *field != "type");
        let fields = fields.map(|field| {
            let optional = if required(field) { "" } else { "?" };
            format!("`{field}{optional}`")
        });
        vec![
            code(&words(&kind["properties"]["type"]["const"])),
            fields.collect::<Vec<_>>().join(", "),
            words(&kind["description"]),
        ]
    };
    kinds(schema, of).iter().map(row).collect()
}

/// A row for each field of which there is more to say than what it is called.
pub(crate) fn fields(schema: &Value, of: &str) -> Vec<Vec<String>> {
    let rows = kinds(schema, of).iter().flat_map(|kind| {
        let name = code(&words(&kind["properties"]["type"]["const"]));
        fields_in(&name, place(schema, kind))
    });
    rows.collect()
}

/// The same for one description.
pub(crate) fn fields_in(name: &str, place: &Value) -> Vec<Vec<String>> {
    let rows = properties(place).iter().filter_map(|(field, about)| {
        let what = words(&about["description"]);
        let says_something = what.split_whitespace().count() > 2;
        says_something.then(|| vec![name.to_owned(), code(field), what])
    });
    rows.collect()
}

/// A row for each code of an error; those of another version stand behind its own.
pub(crate) fn codes(schema: &Value, of: &str) -> Vec<Vec<String>> {
    let about = &schema["$defs"][of];
    let found = about["oneOf"].as_array().or(about["anyOf"].as_array());
    let rows = found.expect("codes").iter().flat_map(|code| {
        let others = code["$ref"].as_str();
        match others.and_then(|name| name.rsplit('/').next()) {
            Some(others) => codes(schema, others),
            None => {
                let name = self::code(&words(&code["const"]));
                vec![vec![name, words(&code["description"])]]
            }
        }
    });
    rows.collect()
}
