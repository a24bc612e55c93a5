//! What is said, and in which order it is heard.

use std::collections::HashMap;

use wiretap::Dial;

use super::client::Client;
use super::presence::two;
use super::{Checked, Door};
use crate::protocol::{
    ErrorCode, MAX_TEXT, MessageId, Name, Presence, Problem, Room, ServerMessage,
};

pub(super) async fn numbers<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let mut ann = door.guest("Ann").await?;
    ann.join(&room, &[ann.name()], 0).await?;
    for seq in 1..=3 {
        let said = ann.say(&room, "to myself", seq).await?;
        ann.expect(&said).await?;
    }
    let mut bob = door.guest("Bob").await?;
    bob.join(&room, &[ann.name(), bob.name()], 3).await?;
    let said = bob.say(&room, "what did I miss?", 4).await?;
    bob.expect(&said).await?;
    let (room, name) = (room.clone(), bob.name());
    ann.expect(&ServerMessage::Presence {
        room,
        name,
        state: Presence::Here,
    })
    .await?;
    ann.expect(&said).await
}

/// What a text may consist of.
fn texts() -> Vec<String> {
    let all: String = (0..=0x7f).map(char::from).collect();
    let mut texts: Vec<String> = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>&amp;&lt;",
        "'); DROP TABLE messages; --",
        "{\"type\":\"left\",\"room\":\"tea\"}",
        " blanks \t around, and\r\nline ends\n",
        "\u{feff}a byte order mark, a nul \0, and \u{2028}",
        "\u{202e}backwards, e\u{301}\u{200d}🏳️\u{200d}🌈\u{10ffff}",
    ]
    .map(str::to_owned)
    .into();
    texts.extend([all, "0123456789abcdef".repeat(MAX_TEXT / 16)]);
    texts
}

pub(super) async fn any_text<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let mut ann = door.guest("Ann").await?;
    ann.join(&room, &[ann.name()], 0).await?;
    let mut odd = door.guest("<b>'; -- \"&lt;\\\u{202e}").await?;
    odd.join(&room, &[odd.name(), ann.name()], 0).await?;
    let (here, name) = (room.clone(), odd.name());
    ann.expect(&ServerMessage::Presence {
        room: here,
        name,
        state: Presence::Here,
    })
    .await?;
    for (seq, text) in (1..).zip(texts()) {
        let said = odd.say(&room, &text, seq).await?;
        odd.expect(&said).await?;
        ann.expect(&said).await?;
    }
    Ok(())
}

/// How many speak at the same time, and how often each of them.
const AUTHORS: usize = 4;
const EACH: usize = 25;

pub(super) async fn order<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let mut clients = Vec::new();
    for number in 0..AUTHORS {
        let mut client = door.guest(&format!("author {number}")).await?;
        let members: Vec<Name> = clients
            .iter()
            .map(Client::name)
            .chain([client.name()])
            .collect();
        client.join(&room, &members, 0).await?;
        clients.push(client);
    }
    let all = AUTHORS * EACH;
    // All of them say all of it before any of them listens.
    for text in (0..).take(EACH) {
        for client in &mut clients {
            // Which number it gets is not known; the id is its author's own in any case.
            client.say(&room, &text.to_string(), text).await?;
        }
    }
    let mut heard = Vec::new();
    for client in &mut clients {
        heard.push(messages(client, all).await?);
    }
    if heard.iter().any(|other| *other != heard[0]) {
        return Err("two who listen hear different orders".to_owned());
    }
    in_order(&heard[0])
}

/// Whether they are numbered from 1, and each author's are in the order in which they were
/// said.
fn in_order(heard: &[(u64, Name, String)]) -> Checked {
    let mut said: HashMap<&Name, usize> = HashMap::new();
    for ((got, name, text), seq) in heard.iter().zip(1..) {
        if *got != seq {
            return Err(format!("message {seq} of the room has the number {got}"));
        }
        let next = said.entry(name).or_default();
        if *text != next.to_string() {
            return Err(format!("what {name} says is told in another order"));
        }
        *next += 1;
    }
    Ok(())
}

/// The next `count` messages: their numbers, names and texts.
async fn messages<Io>(
    client: &mut Client<Io>,
    count: usize,
) -> Checked<Vec<(u64, Name, String)>>
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut messages = Vec::new();
    while messages.len() < count {
        match client.next().await? {
            ServerMessage::Message {
                seq, name, text, ..
            } => {
                messages.push((seq, name, text.to_string()));
            }
            ServerMessage::Presence { .. } => {}
            other => return Err(format!("among the messages is {}", other.to_json())),
        }
    }
    Ok(messages)
}

pub(super) async fn apart<D: Dial>(door: &Door<D>) -> Checked {
    let (open, secret) = (door.room(), door.room());
    let (mut ann, mut bob) = two(door, &open).await?;
    ann.join(&secret, &[ann.name()], 0).await?;
    let said = ann.say(&secret, "nobody else hears this", 1).await?;
    ann.expect(&said).await?;
    let said = ann.say(&open, "and this everybody", 1).await?;
    ann.expect(&said).await?;
    bob.expect(&said).await?;
    refuse_from_outside(&mut bob, &secret).await?;
    let said = ann.say(&secret, "has somebody spoken?", 2).await?;
    ann.expect(&said).await
}

async fn refuse_from_outside<Io>(bob: &mut Client<Io>, room: &Room) -> Checked
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let outside = Problem::new(ErrorCode::NotInRoom, "").at("room");
    bob.say(room, "through the wall", 2).await?;
    let id = MessageId::new("Bob-2").ok();
    bob.expect_problem(&outside.clone().about(id)).await?;
    bob.typing(room).await?;
    bob.expect_problem(&outside).await
}
