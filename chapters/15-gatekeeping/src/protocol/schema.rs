//! The protocol as JSON Schema, made from the types that read and write it.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::client::ClientMessage;
use super::server::New;

/// Both directions, as JSON Schema (draft 2020-12): `client` is what a server takes from a
/// client of version 3, and `server` what it says to it.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let client = generator.subschema_for::<ClientMessage>();
    let new = generator.subschema_for::<New>();
    let same = generator.subschema_for::<history::protocol::ServerMessage>();
    let mut definitions = generator.take_definitions(true);
    // It is another one here, with the rooms.
    if let Some(same) = definitions.get_mut("ServerMessage")
        && let Some(Value::Array(messages)) = same.get_mut("oneOf")
    {
        messages.retain(|message| {
            message.pointer("/properties/type/const") != Some(&json!("welcome"))
        });
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The chat's protocol, version 3",
        "properties": { "client": client, "server": { "oneOf": [new, same] } },
        "$defs": definitions,
    })
}
