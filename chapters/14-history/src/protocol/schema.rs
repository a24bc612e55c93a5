//! The protocol as JSON Schema, made from the types that read and write it.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{ClientMessage, ServerMessage};

/// Both directions, as JSON Schema (draft 2020-12): `client` is what a server takes from a
/// client of version 2, and `server` what it says to it.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let client = generator.subschema_for::<ClientMessage>();
    let server = generator.subschema_for::<ServerMessage>();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The chat's protocol, version 2",
        "properties": { "client": client, "server": server },
        "$defs": generator.take_definitions(true),
    })
}
