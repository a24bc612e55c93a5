//! What the page has somebody type, and the shortest program with the client.
#![expect(clippy::print_stderr, reason = "the short program has an operator")]

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::error::Error;

use chat::protocol::{Name, Room, Text};
use history::protocol::ServerMessage;
use history::{Client, ClientOptions, MemoryLog, Notice, RoomLog as _};
use peer::{Peer, with_server};
use wiretap::LinkDialer;

/// What is typed, and what the answer is.
const TYPED: [(&str, &str); 5] = [
    (r#"{"type":"hello","version":2,"name":"Me"}"#, "welcome"),
    (r#"{"type":"join","room":"tea-room","after":0}"#, "joined"),
    (
        r#"{"type":"say","room":"tea-room","text":"is this kept?","id":"by-hand-1"}"#,
        "accepted",
    ),
    (
        r#"{"type":"search","room":"tea-room","query":"kept"}"#,
        "found",
    ),
    (
        r#"{"type":"page","room":"tea-room","before":100,"limit":10}"#,
        "page",
    ),
];

#[test]
fn what_the_page_has_you_type_is_understood() {
    with_server(
        "typed by hand",
        async |dialer: LinkDialer, _log: MemoryLog| {
            // Again, as on another connection: the id has been used, for the same words.
            for _ in 0..2 {
                let mut peer = Peer::connect(&dialer).await;
                for (line, answer) in TYPED {
                    peer.send_text(line).await;
                    let answer = format!(r#"{{"type":"{answer}","#);
                    while !peer.next_text().await.starts_with(&answer) {}
                }
            }
        },
    );
    let lines: Vec<&str> = TYPED.iter().map(|(line, _)| *line).collect();
    let command =
        "cargo run --example ch09-connection -- connect ws://127.0.0.1:3014/chat";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("typed", lines.join("\n"));
    });
}

/// Says something, and gives its number when it is kept.
async fn say_and_wait(
    server: LinkDialer,
    words: &str,
) -> Result<Option<u64>, Box<dyn Error>> {
    let (url, room) = ("ws://chat.test/chat".parse()?, Room::new("harbour")?);
    let options = ClientOptions::default();
    let mut client = Client::new(server, url, Name::new("carol")?, options);
    client.join(room.clone(), None);
    let id = client.say(room, Text::new(words)?)?;
    while let Some(notice) = client.next().await {
        match notice {
            Notice::Told(ServerMessage::Accepted { id: kept, seq, .. })
                if kept == id =>
            {
                return Ok(Some(seq));
            }
            Notice::Told(ServerMessage::Error(problem)) => {
                eprintln!("{}", problem.text)
            }
            Notice::Cut { why, wait } => eprintln!("{why}; again in {wait:?}"),
            _ => {}
        }
    }
    Ok(None)
}

#[test]
fn a_client_needs_few_lines() {
    with_server(
        "the shortest client",
        async |dialer: LinkDialer, log: MemoryLog| {
            for expected in 1..=2 {
                let seq = say_and_wait(dialer.clone(), "ahoy")
                    .await
                    .expect("a number");
                assert_eq!(seq, Some(expected));
            }
            let since = log.after("harbour", 0, 10).await.expect("an answer");
            assert_eq!(since.last, 2);
        },
    );
}
