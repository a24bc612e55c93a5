//! Plays the scene with the chapter's server, and compares.

use chat::behaviour::{Checked, Client, Door};
use chat::protocol::{ClientMessage, Join, Leave, Presence, Room, ServerMessage};
use chat::{Chat, serve};
use wiretap::verdict::{self, Rule};
use wiretap::{Link, LinkStream, Recorder, harness};

use crate::subject::e3_who_hears::{Heard, prediction};

const PEOPLE: Rule = Rule::new(
    "presence is about people",
    "Somebody comes with their first window and leaves with their last. They themselves are \
     told neither.",
);
const OWN: Rule = Rule::new(
    "who is told",
    "A message is told to everybody in the room, its author included; that somebody types, \
     to the others. A person's own other window is none of the others.",
);
const NEXT: Rule = Rule::new(
    "what joined says",
    "Who joins is told the number of the last message so far, and who is there, each person \
     once; whoever is in the room already, again.",
);

/// The one who plays, and what they have heard.
struct Player {
    client: Client<LinkStream>,
    heard: Vec<String>,
}

impl Player {
    async fn enter(door: &Door<wiretap::LinkDialer>, name: &str) -> Checked<Self> {
        let client = door.guest(name).await?;
        let heard = Vec::new();
        Ok(Self { client, heard })
    }

    /// Hears whatever comes up to something that begins so.
    async fn hear(&mut self, last: &str) -> Checked {
        loop {
            let heard = shown(&self.client.next().await?);
            let is_last = heard.starts_with(last);
            self.heard.push(heard);
            if is_last {
                return Ok(());
            }
        }
    }
}

fn shown(message: &ServerMessage) -> String {
    match message {
        ServerMessage::Joined { seq, members, .. } => {
            let members: Vec<&str> = members.iter().map(|name| name.as_str()).collect();
            format!("joined {seq}: {}", members.join(", "))
        }
        ServerMessage::Left { .. } => "left".to_owned(),
        ServerMessage::Presence {
            name,
            state: Presence::Here,
            ..
        } => format!("here {name}"),
        ServerMessage::Presence {
            name,
            state: Presence::Gone,
            ..
        } => format!("gone {name}"),
        ServerMessage::Typing { name, .. } => format!("typing {name}"),
        ServerMessage::Message {
            seq, name, text, ..
        } => format!("{seq} {name}: {text}"),
        other => other.to_json(),
    }
}

async fn scene(door: Door<wiretap::LinkDialer>) -> Checked<[Vec<String>; 3]> {
    let room: Room = door.room();
    let join = ClientMessage::Join(Join { room: room.clone() });
    let mut ann = Player::enter(&door, "Ann").await?;
    let mut phone = Player::enter(&door, "Bob").await?;
    let mut laptop = Player::enter(&door, "Bob").await?;
    for player in [&mut ann, &mut phone, &mut laptop] {
        player.client.send(&join).await?;
        player.hear("joined").await?;
    }
    laptop.client.typing(&room).await?;
    ann.hear("typing").await?;
    ann.client.say(&room, "Hello", 1).await?;
    phone.hear("1 ").await?;
    phone
        .client
        .send(&ClientMessage::Leave(Leave { room: room.clone() }))
        .await?;
    phone.hear("left").await?;
    laptop.client.say(&room, "Hi", 2).await?;
    laptop.hear("2 ").await?;
    laptop.client.send(&join).await?;
    laptop.hear("joined").await?;
    drop(laptop.client);
    ann.hear("gone").await?;
    Ok([ann.heard, phone.heard, laptop.heard])
}

/// What Ann, the phone and the laptop hear.
fn played() -> [Vec<String>; 3] {
    harness::run("Ann, and two windows of Bob's", async {
        let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
        tokio::spawn(serve(listener, Chat::new(), std::future::pending()));
        scene(Door::new(dialer, "ws://chat.test/chat"))
            .await
            .expect("it is played")
    })
}

fn count(heard: Heard, start: &str) -> usize {
    heard
        .iter()
        .filter(|heard| heard.starts_with(start))
        .count()
}

#[test]
fn what_ann_hears() {
    let heard = prediction().ann;
    if count(heard, "here Bob") > 1 {
        verdict::fail(
            PEOPLE,
            "Bob has come with his phone. His laptop is he again.",
        );
    }
    if count(heard, "gone Bob") > 1 {
        verdict::fail(PEOPLE, "Bob's laptop is still there when his phone leaves.");
    }
    if count(heard, "here Ann") > 0 {
        verdict::fail(PEOPLE, "Ann knows that she is here: joined has told her.");
    }
    if count(heard, "1 Ann") == 0 {
        verdict::fail(
            OWN,
            "Ann hears what she says herself: how would she know its number?",
        );
    }
    verdict::equal(PEOPLE, &played()[0][..], heard);
}

#[test]
fn what_bobs_phone_hears() {
    let heard = prediction().phone;
    if count(heard, "typing") > 0 {
        verdict::fail(OWN, "It is Bob who types, and this is his phone.");
    }
    if count(heard, "2 ") > 0 {
        verdict::fail(OWN, "The phone has left the room when Bob says \"Hi\".");
    }
    if count(heard, "gone") > 0 {
        verdict::fail(PEOPLE, "left is the last that the phone hears of the room.");
    }
    verdict::equal(PEOPLE, &played()[1][..], heard);
}

#[test]
fn what_bobs_laptop_hears() {
    let heard = prediction().laptop;
    if heard.first() == Some(&"joined 0: Ann, Bob, Bob") {
        verdict::fail(NEXT, "Bob is there twice, and he is one person.");
    }
    if heard.last() == Some(&"joined 0: Ann, Bob") {
        verdict::fail(NEXT, "Two messages have been said by then.");
    }
    if count(heard, "gone") > 0 {
        verdict::fail(
            PEOPLE,
            "When the phone leaves, Bob has not: this is his laptop.",
        );
    }
    verdict::equal(NEXT, &played()[2][..], heard);
}
