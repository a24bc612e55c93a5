//! What is wrong, and what is too much.

use connection::Message;
use serde_json::{Value, json};
use wiretap::Dial;

use super::client::Client;
use super::{Checked, Door};
use crate::protocol::ErrorCode::{
    BadCharacter, Empty, Malformed, NotInRoom, UnknownType,
};
use crate::protocol::{
    ClientMessage, ErrorCode, Join, MAX_ID, MAX_MESSAGE, MAX_NAME, MAX_ROOM, MAX_ROOMS,
    MAX_TEXT, MessageId, Problem, Room, ServerMessage,
};

/// Messages of somebody who is in a room, here called `tea`, and what is wrong with them.
#[rustfmt::skip]
const WRONG: [(&str, ErrorCode, &str); 22] = [
    (r#"{}"#, Malformed, "type"),
    (r#"{"type":5}"#, Malformed, "type"),
    (r#"{"type":"shout","id":"1"}"#, UnknownType, "type"),
    (r#"{"type":"Say","room":"tea","text":"a"}"#, UnknownType, "type"),
    (r#"{"type":"message","room":"tea","text":"a"}"#, UnknownType, "type"),
    (r#"{"type":"join"}"#, Malformed, "room"),
    (r#"{"type":"join","room":5}"#, Malformed, "room"),
    (r#"{"type":"join","room":["tea"]}"#, Malformed, "room"),
    (r#"{"type":"join","room":{"name":"tea"}}"#, Malformed, "room"),
    (r#"{"type":"join","room":"tea","romo":1}"#, Malformed, "romo"),
    (r#"{"type":"join","room":""}"#, Empty, "room"),
    (r#"{"type":"join","room":"Tea"}"#, BadCharacter, "room"),
    (r#"{"type":"join","room":"../tea"}"#, BadCharacter, "room"),
    (r#"{"type":"leave","room":"tea-0"}"#, NotInRoom, "room"),
    (r#"{"type":"typing","room":"tea-0"}"#, NotInRoom, "room"),
    (r#"{"type":"say","room":"tea-0","text":"a","id":"2"}"#, NotInRoom, "room"),
    (r#"{"type":"say","room":"tea","id":"3"}"#, Malformed, "text"),
    (r#"{"type":"say","room":"tea","text":null,"id":"4"}"#, Malformed, "text"),
    (r#"{"type":"say","room":"tea","text":"","id":"5"}"#, Empty, "text"),
    (r#"{"type":"say","room":"tea","text":" \r\n","id":"6"}"#, Empty, "text"),
    (r#"{"type":"say","room":"tea","text":"a","id":""}"#, Empty, "id"),
    (r#"{"type":"say","room":"tea","text":"a","id":7}"#, Malformed, "id"),
];

pub(super) async fn refusals<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let mut ann = door.guest("Ann").await?;
    ann.join(&room, &[ann.name()], 0).await?;
    for none in [
        "",
        "tea",
        "{",
        "[]",
        "\"say\"",
        "null",
        "{\"type\":\"join\"} {}",
    ] {
        ann.send_text(none).await?;
        let problem = Problem::new(Malformed, "");
        let answer = ann.expect_problem(&problem).await;
        answer.map_err(|fault| format!("{fault}, after {none:?}"))?;
    }
    for (message, code, field) in WRONG {
        let message = message.replace("tea", room.as_str());
        let parsed: Value =
            serde_json::from_str(&message).map_err(|it| it.to_string())?;
        let id = parsed["id"].as_str().and_then(|id| MessageId::new(id).ok());
        ann.send_text(&message).await?;
        let problem = Problem::new(code, "").at(field).about(id);
        let answer = ann.expect_problem(&problem).await;
        answer.map_err(|fault| format!("{fault}, after {message}"))?;
    }
    let said = ann
        .say(&room, "still here, and nothing came of all that", 1)
        .await?;
    ann.expect(&said).await
}

pub(super) async fn limits<D: Dial>(door: &Door<D>) -> Checked {
    let mut client = door.open().await?;
    let too_long = |field| Problem::new(ErrorCode::TooLong, "").at(field);
    let hello =
        json!({"type": "hello", "version": 1, "name": "é".repeat(MAX_NAME + 1)});
    client.send_text(&hello.to_string()).await?;
    client.expect_problem(&too_long("name")).await?;
    let mut ann = door.guest(&"é".repeat(MAX_NAME)).await?;
    let mut long = door.room().to_string();
    long.push_str(&"a".repeat(MAX_ROOM - long.len()));
    let room = Room::new(&long).map_err(|problem| problem.to_string())?;
    ann.join(&room, &[ann.name()], 0).await?;
    let join = json!({"type": "join", "room": format!("{room}a")});
    ann.send_text(&join.to_string()).await?;
    ann.expect_problem(&too_long("room")).await?;
    let said = ann.say(&room, &"é".repeat(MAX_TEXT / 2), 1).await?;
    ann.expect(&said).await?;
    let longest_id = "i".repeat(MAX_ID);
    let say = |text: String, id: &str| {
        json!({"type": "say", "room": room, "text": text, "id": id}).to_string()
    };
    ann.send_text(&say("é".repeat(MAX_TEXT / 2) + "e", &longest_id))
        .await?;
    let id = MessageId::new(&longest_id).ok();
    ann.expect_problem(&too_long("text").about(id)).await?;
    ann.send_text(&say("a".to_owned(), &format!("{longest_id}i")))
        .await?;
    ann.expect_problem(&too_long("id")).await
}

pub(super) async fn rooms<D: Dial>(door: &Door<D>) -> Checked {
    let mut ann = door.guest("Ann").await?;
    let first = door.room();
    ann.join(&first, &[ann.name()], 0).await?;
    for _ in 1..MAX_ROOMS {
        ann.join(&door.room(), &[ann.name()], 0).await?;
    }
    let next = door.room();
    ann.send(&ClientMessage::Join(Join { room: next.clone() }))
        .await?;
    let too_many = Problem::new(ErrorCode::TooManyRooms, "").at("room");
    ann.expect_problem(&too_many).await?;
    // Again into one that it is in already is none more.
    ann.join(&first, &[ann.name()], 0).await?;
    ann.leave(&first).await?;
    ann.join(&next, &[ann.name()], 0).await
}

pub(super) async fn binary<D: Dial>(door: &Door<D>) -> Checked {
    let mut ann = door.guest("Ann").await?;
    let join = br#"{"type":"join","room":"tea"}"#;
    ann.send_message(Message::Binary(join.into())).await?;
    ann.expect_close(1003).await
}

pub(super) async fn too_large<D: Dial>(door: &Door<D>) -> Checked {
    let mut ann = door.guest("Ann").await?;
    at_the_limit(&mut ann).await?;
    // Its end may find the connection closed already.
    let _refused = ann.send_text(&" ".repeat(MAX_MESSAGE + 1)).await;
    ann.expect_close(1009).await
}

/// As many bytes as a message may have, most of them blanks.
async fn at_the_limit<Io>(ann: &mut Client<Io>) -> Checked
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let message = r#"{"type":"shout"}"#;
    let blanks = " ".repeat(MAX_MESSAGE - message.len());
    ann.send_text(&(blanks + message)).await?;
    match ann.next().await? {
        ServerMessage::Error(problem) if problem.code == UnknownType => Ok(()),
        other => Err(format!(
            "{MAX_MESSAGE} bytes are answered with {}",
            other.to_json()
        )),
    }
}
