//! An example of each message of version 2, out of a conversation.

mod common;
#[path = "common/peer.rs"]
mod peer;
#[path = "../../12-chat/tests/rows/mod.rs"]
#[allow(dead_code, reason = "the tables use more of it")]
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use history::protocol::schema;
use history::{MemoryLog, RoomLog as _};
use peer::{Peer, with_server};
use serde_json::Value;
use wiretap::{LinkDialer, LinkStream};

/// Who says what, in the order in which it is shown.
type Rows = Vec<Vec<String>>;

fn kind(text: &str) -> String {
    let message: Value = serde_json::from_str(text).expect("JSON");
    message["type"].as_str().expect("a type").to_owned()
}

/// Says something, and hears these answers; they may come in another order, and others
/// between them.
async fn talk(
    rows: &mut Rows,
    peer: &mut Peer<LinkStream>,
    said: &str,
    answers: &[&str],
) {
    rows.push(vec!["client".to_owned(), said.to_owned()]);
    peer.send_text(said).await;
    hear(rows, peer, answers).await;
}

async fn hear(rows: &mut Rows, peer: &mut Peer<LinkStream>, answers: &[&str]) {
    let mut heard = BTreeMap::new();
    while answers.iter().any(|answer| !heard.contains_key(*answer)) {
        let text = peer.next_text().await;
        heard.insert(kind(&text), text);
    }
    for answer in answers {
        rows.push(vec!["server".to_owned(), heard[*answer].clone()]);
    }
}

/// Each type stands in it.
fn is_whole(rows: &Rows) {
    for (side, of) in [("client", "ClientMessage"), ("server", "ServerMessage")] {
        let shown = rows.iter().filter(|row| row[0] == side);
        let shown: BTreeSet<String> = shown.map(|row| kind(&row[1])).collect();
        let there_are = rows::messages(&schema(), of);
        // A table shows a type as code.
        let there_are = there_are
            .iter()
            .map(|row| row[0].trim_matches('`').to_owned());
        let there_are: BTreeSet<String> = there_are.collect();
        assert_eq!(shown, there_are, "{side}");
    }
}

async fn conversation(dialer: LinkDialer, log: MemoryLog) -> Rows {
    let mut rows = Rows::new();
    let mut ada = Peer::connect(&dialer).await;
    for (said, answers) in [
        (
            r#"{"type":"hello","version":2,"name":"Ada"}"#,
            &["welcome"][..],
        ),
        (r#"{"type":"join","room":"harbour"}"#, &["joined"]),
    ] {
        talk(&mut rows, &mut ada, said, answers).await;
    }
    let mut bob = Peer::hello(&dialer, "Bob", 2).await;
    bob.send_text(r#"{"type":"join","room":"harbour"}"#).await;
    bob.next().await;
    hear(&mut rows, &mut ada, &["presence"]).await;
    talk(
        &mut rows,
        &mut bob,
        r#"{"type":"typing","room":"harbour"}"#,
        &[],
    )
    .await;
    hear(&mut rows, &mut ada, &["typing"]).await;
    for (said, answers) in [
        (
            r#"{"type":"say","room":"harbour","text":"The fery is late","id":"7k1-1"}"#,
            &["message", "accepted"][..],
        ),
        (
            r#"{"type":"edit","room":"harbour","seq":1,"text":"The ferry is late","id":"7k1-2"}"#,
            &["edited", "accepted"],
        ),
        (
            r#"{"type":"say","room":"harbour","text":"Pier 4?","id":"7k1-3"}"#,
            &["message", "accepted"],
        ),
        (
            r#"{"type":"delete","room":"harbour","seq":3,"id":"7k1-4"}"#,
            &["deleted", "accepted"],
        ),
        (
            r#"{"type":"edit","room":"harbour","seq":3,"text":"Pier 5?","id":"7k1-5"}"#,
            &["error"],
        ),
        (
            r#"{"type":"page","room":"harbour","before":5,"limit":50}"#,
            &["page"],
        ),
        (
            r#"{"type":"search","room":"harbour","query":"ferry"}"#,
            &["found"],
        ),
        (r#"{"type":"leave","room":"harbour"}"#, &["left"]),
    ] {
        talk(&mut rows, &mut ada, said, answers).await;
    }
    for number in 1..=1010 {
        let said = common::say("Bob", &format!("b-{number}"), "Hello?");
        log.append("pier-4", said).await.expect("it is kept");
    }
    let back = r#"{"type":"join","room":"pier-4","after":7}"#;
    talk(&mut rows, &mut ada, back, &["joined", "gap", "message"]).await;
    rows
}

#[test]
fn every_message_has_an_example() {
    with_server("examples", async |dialer: LinkDialer, log: MemoryLog| {
        let rows = conversation(dialer, log).await;
        is_whole(&rows);
        let as_code = |row: &Vec<String>| vec![row[0].clone(), rows::code(&row[1])];
        let rows: Rows = rows.iter().map(as_code).collect();
        let columns = ["from the", "message"];
        let note = "What a server says on its own is told to others as well.";
        let text = rows::table("A conversation", &columns, &rows, note);
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!("messages", text);
        });
    });
}
