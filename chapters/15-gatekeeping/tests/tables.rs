//! The messages of version 3 as tables for the book, made of their types.

#[path = "../../12-chat/tests/rows/mod.rs"]
mod rows;

use gatekeeping::{api, protocol};
use rows::{codes, fields, fields_in, messages, table};
use schemars::schema_for;
use serde_json::{Value, json};

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

/// The rows of a side that version 2 has not: other messages, or other fields of one.
fn new(of: &str, rows: impl Fn(&Value, &str) -> Vec<Vec<String>>) -> Vec<Vec<String>> {
    let old = rows(&history::protocol::schema(), of);
    let now = sides(of);
    let mut rows = rows(&now, of);
    let is_old = |row: &Vec<String>| old.iter().any(|old| old[..2] == row[..2]);
    rows.retain(|row| !is_old(row));
    rows
}

/// The schema of version 3, with all that a server says in one list.
fn sides(of: &str) -> Value {
    let mut schema = protocol::schema();
    if of == "ServerMessage" {
        let new = schema["$defs"]["New"]["oneOf"].take();
        schema["$defs"]["ServerMessage"]["oneOf"] = new;
    }
    schema
}

#[test]
fn the_messages_of_both_sides() {
    let columns = ["type", "fields", "what it is"];
    let note =
        "A field with a ? may be left out. All other messages are those of version 2.";
    for (name, of, caption) in [
        ("client", "ClientMessage", "What a client of version 3 says"),
        ("server", "ServerMessage", "What it is told"),
    ] {
        let rows = new(of, messages);
        assert!(!rows.is_empty());
        record(name, caption, &columns, &rows, note);
    }
}

#[test]
fn what_there_is_to_say_of_the_fields() {
    let mut rows = ["ClientMessage", "ServerMessage"]
        .map(|of| new(of, fields))
        .concat();
    let room = &protocol::schema()["$defs"]["RoomInfo"];
    rows.extend(fields_in("a room", room));
    let kinds = codes(&protocol::schema(), "Kind");
    rows.extend(kinds.into_iter().map(|kind| {
        let what = format!("{}: {}", kind[0], kind[1]);
        vec!["a room".to_owned(), "`kind`".to_owned(), what]
    }));
    let columns = ["type", "field", "what it is"];
    record("fields", "The fields of version 3", &columns, &rows, "");
}

#[test]
fn the_codes_of_closes() {
    let rows = protocol::close::CODES
        .map(|(code, what)| vec![code.to_string(), what.to_owned()]);
    let columns = ["code", "what it means"];
    record("closes", "The closes of version 3", &columns, &rows, "");
}

#[test]
fn the_codes_of_answers() {
    let schema = json!({ "$defs": { "ErrorCode": schema_for!(api::ErrorCode) } });
    // Each description begins with its status.
    let rows: Vec<Vec<String>> = codes(&schema, "ErrorCode")
        .into_iter()
        .map(|row| {
            let (status, what) = row[1].split_once(": ").expect("a status");
            let code = row[0].trim_matches('`');
            let own: api::ErrorCode =
                serde_json::from_value(code.into()).expect("a code");
            assert_eq!(own.status().to_string(), status, "{code}");
            let most = format!("{} bytes", api::MAX_BODY);
            let what = what.replace("[`MAX_BODY`](super::MAX_BODY)", &most);
            vec![row[0].clone(), status.to_owned(), what]
        })
        .collect();
    assert!(rows.iter().all(|row| !row[2].contains("](")));
    let columns = ["code", "status", "what is wrong"];
    record(
        "answers",
        "The errors that are answered over HTTP",
        &columns,
        &rows,
        "",
    );
}
