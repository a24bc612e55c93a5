//! What is wrong, and what is too much.

use connection::Message;
use serde_json::{Value, json};
use wiretap::Dial;

use super::client::Client;
use super::{Checked, Door};
use crate::protocol::{
    ClientMessage, ErrorCode, Join, MAX_ID, MAX_MESSAGE, MAX_NAME, MAX_ROOM, MAX_ROOMS,
    MAX_TEXT, MessageId, Problem, Room, ServerMessage,
};

/// Messages of somebody who is in the room `tea`, and what is wrong with them.
fn wrong(tea: &Room) -> Vec<(Value, ErrorCode, &'static str)> {
    use ErrorCode::{BadCharacter, Empty, Malformed, NotInRoom, UnknownType};
    let nobody = format!("{tea}-0");
    vec![
        (json!({}), Malformed, "type"),
        (json!({"type": 5}), Malformed, "type"),
        (json!({"type": "shout", "id": "1"}), UnknownType, "type"),
        (
            json!({"type": "Say", "room": tea, "text": "a"}),
            UnknownType,
            "type",
        ),
        (
            json!({"type": "message", "room": tea, "text": "a"}),
            UnknownType,
            "type",
        ),
        (json!({"type": "join"}), Malformed, "room"),
        (json!({"type": "join", "room": 5}), Malformed, "room"),
        (json!({"type": "join", "room": [tea]}), Malformed, "room"),
        (
            json!({"type": "join", "room": {"name": tea}}),
            Malformed,
            "room",
        ),
        (
            json!({"type": "join", "room": tea, "romo": 1}),
            Malformed,
            "romo",
        ),
        (json!({"type": "join", "room": ""}), Empty, "room"),
        (json!({"type": "join", "room": "Tea"}), BadCharacter, "room"),
        (
            json!({"type": "join", "room": "../tea"}),
            BadCharacter,
            "room",
        ),
        (json!({"type": "leave", "room": nobody}), NotInRoom, "room"),
        (json!({"type": "typing", "room": nobody}), NotInRoom, "room"),
        (
            json!({"type": "say", "room": nobody, "text": "a", "id": "2"}),
            NotInRoom,
            "room",
        ),
        (
            json!({"type": "say", "room": tea, "id": "3"}),
            Malformed,
            "text",
        ),
        (
            json!({"type": "say", "room": tea, "text": null, "id": "4"}),
            Malformed,
            "text",
        ),
        (
            json!({"type": "say", "room": tea, "text": "", "id": "5"}),
            Empty,
            "text",
        ),
        (
            json!({"type": "say", "room": tea, "text": " \r\n", "id": "6"}),
            Empty,
            "text",
        ),
        (
            json!({"type": "say", "room": tea, "text": "a", "id": ""}),
            Empty,
            "id",
        ),
        (
            json!({"type": "say", "room": tea, "text": "a", "id": 7}),
            Malformed,
            "id",
        ),
    ]
}

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
        let problem = Problem::new(ErrorCode::Malformed, "");
        let answer = ann.expect_problem(&problem).await;
        answer.map_err(|fault| format!("{fault}, after {none:?}"))?;
    }
    for (message, code, field) in wrong(&room) {
        let id = message["id"]
            .as_str()
            .and_then(|id| MessageId::new(id).ok());
        ann.send_text(&message.to_string()).await?;
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
        ServerMessage::Error(problem) if problem.code == ErrorCode::UnknownType => {
            Ok(())
        }
        other => Err(format!(
            "{MAX_MESSAGE} bytes are answered with {}",
            other.to_json()
        )),
    }
}
