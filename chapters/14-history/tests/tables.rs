//! The messages of version 2 as tables for the book, made of their types.

#[path = "../../12-chat/tests/rows/mod.rs"]
mod rows;

use history::protocol::schema;
use rows::{codes, fields, fields_in, messages, table};

fn record(
    name: &str,
    caption: &str,
    columns: &[&str],
    rows: &[Vec<String>],
    note: &str,
) {
    let text = table(caption, columns, rows, note);
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn the_messages_of_both_sides() {
    let columns = ["type", "fields", "what it is"];
    let note = "A field with a ? may be left out.";
    for (name, of, caption) in [
        ("client", "ClientMessage", "What a client of version 2 says"),
        ("server", "ServerMessage", "What it is told"),
    ] {
        let rows = messages(&schema(), of);
        record(name, caption, &columns, &rows, note);
    }
}

#[test]
fn what_there_is_to_say_of_the_fields() {
    let schema = schema();
    let mut rows = ["ClientMessage", "ServerMessage"]
        .map(|of| fields(&schema, of))
        .concat();
    let one = &schema["$defs"]["SaidThen"];
    rows.extend(fields_in("one of messages", one));
    let columns = ["type", "field", "what it is"];
    record("fields", "The fields of version 2", &columns, &rows, "");
}

#[test]
fn the_codes_of_errors() {
    let rows = codes(&schema(), "ErrorCode");
    let columns = ["code", "what is wrong"];
    record(
        "codes",
        "The codes of an error in version 2",
        &columns,
        &rows,
        "",
    );
}
