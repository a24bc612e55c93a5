//! The protocol as tables for the book, made of its schema, and what a room costs.

mod road;
mod rows;

use chat::behaviour::{Client, Door};
use chat::protocol::{ClientMessage, Room, ServerMessage, close, schema};
use chat::{Chat, router};
use road::serve_router;
use rows::{codes, fields, messages, table, words};
use wiretap::{Link, LinkDialer, LinkStream, Part, Recorder, Side, harness};

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
    let note = "A field with a `?` may be left out.";
    record(
        "client",
        "What a client says",
        &columns,
        &messages(&schema(), "ClientMessage"),
        "A field with a `?` may be left out, or be `null`.",
    );
    record(
        "server",
        "What a server says",
        &columns,
        &messages(&schema(), "ServerMessage"),
        note,
    );
}

#[test]
fn what_there_is_to_say_of_the_fields() {
    let rows = ["ClientMessage", "ServerMessage"]
        .map(|of| fields(&schema(), of))
        .concat();
    let columns = ["type", "field", "what it is"];
    record("fields", "The fields", &columns, &rows, "");
}

#[test]
fn the_words_and_the_codes() {
    let schema = schema();
    let word = |name: &str| {
        vec![
            if name == "MessageId" {
                "id".to_owned()
            } else {
                name.to_lowercase()
            },
            words(&schema["$defs"][name]["description"]),
        ]
    };
    let rows: Vec<_> = ["Name", "Room", "Text", "MessageId"].map(word).into();
    record(
        "words",
        "What the fields consist of",
        &["word", "it has"],
        &rows,
        "",
    );
    let rows = codes(&schema, "ErrorCode");
    record(
        "codes",
        "The codes of an error",
        &["code", "what is wrong"],
        &rows,
        "",
    );
}

#[test]
fn the_codes_of_a_close() {
    let row = |(code, what): &(u16, &str)| vec![code.to_string(), what.to_string()];
    let rows: Vec<_> = close::CODES.iter().map(row).collect();
    let columns = ["code", "why"];
    record("closes", "Why a server closes", &columns, &rows, "");
}

/// Whatever code a person may see, the page has words for it.
#[test]
fn the_page_has_words_for_each_close() {
    let page = include_str!("../src/page/parts.js");
    let (_, goodbyes) = page.split_once("const GOODBYES = {").expect("a table");
    let (goodbyes, _) = goodbyes.split_once("};").expect("its end");
    for (code, what) in close::CODES {
        let entry = format!("    {code}: ");
        assert!(goodbyes.contains(&entry), "{code}, {what}: {goodbyes}");
    }
}

#[test]
fn what_is_answered_to_what_is_no_message() {
    let rows: Vec<_> = [
        "Hello!",
        r#"{"type":"shout","text":"Tea!"}"#,
        r#"{"type":"join"}"#,
        r#"{"type":"join","room":"tea","pasword":"1"}"#,
        r#"{"type":"join","room":"tea","room":"attic"}"#,
        r#"{"type":"join","room":["tea"]}"#,
        r#"{"type":"join","room":"Tea"}"#,
        r#"{"type":"say","room":"tea","text":"\t","id":"7"}"#,
        r#"{"type":"hello","version":9,"name":"Ann"}"#,
    ]
    .map(|said| {
        let problem = ClientMessage::parse(said).expect_err("a problem");
        let answer = ServerMessage::from(problem).to_json();
        let answer = answer.replace(r#""type":"error","#, "");
        [said, &answer].map(|json| format!("`{json}`")).to_vec()
    })
    .into();
    let note = "Each answer is of the type error.";
    record(
        "refusals",
        "What is answered",
        &["a client says", "the answer"],
        &rows,
        note,
    );
}

/// So many people in a room, who have heard of each other.
async fn full(
    door: &Door<LinkDialer>,
    room: &Room,
    people: usize,
) -> Vec<Client<LinkStream>> {
    let mut clients: Vec<Client<LinkStream>> = Vec::new();
    for number in 0..people {
        let client = door.guest(&format!("guest {number:03}")).await;
        clients.push(client.expect("a guest"));
        let members: Vec<_> = clients.iter().map(Client::name).collect();
        let client = clients.last_mut().expect("one");
        client.join(room, &members, 0).await.expect("joined");
    }
    for (number, client) in clients.iter_mut().enumerate() {
        for _ in number + 1..people {
            client.next().await.expect("somebody has come");
        }
    }
    clients
}

/// Counts what it takes to fill a room, and to say 64 bytes in it.
async fn cost(people: usize) -> Vec<String> {
    let recorder = Recorder::new("a full room");
    let dialer = serve_router(router(Chat::new()), &Link::new(), &recorder);
    let door = Door::new(dialer, "ws://chat.test/chat");
    let room = door.room();
    let mut clients = full(&door, &room, people).await;
    let entered = frames(&recorder, Side::Server);
    let (_, before) = recorder.entries_since(0);
    let said = clients[0]
        .say(&room, &"x".repeat(64), 1)
        .await
        .expect("said");
    for client in &mut clients {
        client.expect(&said).await.expect("heard");
    }
    let after = recorder.entries_since(before).0;
    let bytes = |side: Side| -> u64 {
        let sent = after.iter().filter(|entry| entry.from == side);
        sent.filter(|entry| entry.part == Part::Frame)
            .map(|entry| entry.length)
            .sum()
    };
    let told = frames(&recorder, Side::Server) - entered;
    let bytes = [Side::Client, Side::Server].map(bytes);
    let numbers = [people, entered, told].map(|number| number as u64);
    numbers.into_iter().chain(bytes).map(thousands).collect()
}

/// `5,150`
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    groups
        .iter()
        .map(|group| String::from_utf8_lossy(group))
        .collect::<Vec<_>>()
        .join(",")
}

/// How many frames a side has sent.
fn frames(recorder: &Recorder, side: Side) -> usize {
    let entries = recorder.transcript().entries;
    let frames = entries.iter().filter(|entry| entry.part == Part::Frame);
    frames.filter(|entry| entry.from == side).count()
}

#[test]
fn what_a_room_costs() {
    let rows: Vec<_> = [1, 10, 100]
        .map(|people| harness::run("a full room", cost(people)))
        .into();
    // The page speaks of these.
    assert_eq!(rows[2], ["100", "5,150", "100", "129", "15,800"]);
    assert_eq!(rows[0][4], "158");
    let columns = [
        "people",
        "frames until all are in",
        "frames for a message",
        "bytes in",
        "bytes out",
    ];
    let note =
        "Counted on the wire: a text of 64 bytes, said by one of them with an id.";
    record(
        "cost",
        "A room, and one message in it",
        &columns,
        &rows,
        note,
    );
}
