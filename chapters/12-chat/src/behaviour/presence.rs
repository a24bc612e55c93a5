//! Coming and going.

use wiretap::Dial;

use super::client::Client;
use super::{Checked, Door};
use crate::protocol::{
    ClientMessage, ErrorCode, Leave, MessageId, Name, Presence, Problem, Room,
    ServerMessage,
};

fn presence(room: &Room, name: Name, state: Presence) -> ServerMessage {
    ServerMessage::Presence {
        room: room.clone(),
        name,
        state,
    }
}

/// Two who are in a new room, and have heard of each other.
pub(super) async fn two<D: Dial>(
    door: &Door<D>,
    room: &Room,
) -> Checked<(Client<D::Io>, Client<D::Io>)> {
    let (mut ann, mut bob) = (door.guest("Ann").await?, door.guest("Bob").await?);
    ann.join(room, &[ann.name()], 0).await?;
    bob.join(room, &[ann.name(), bob.name()], 0).await?;
    ann.expect(&presence(room, bob.name(), Presence::Here))
        .await?;
    Ok((ann, bob))
}

pub(super) async fn joining<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let (mut ann, mut bob) = two(door, &room).await?;
    bob.join(&room, &[ann.name(), bob.name()], 0).await?;
    // Nobody hears of that: the next thing is this.
    let said = ann.say(&room, "Hello, Bob", 1).await?;
    ann.expect(&said).await?;
    bob.expect(&said).await
}

pub(super) async fn leaving<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let (mut ann, mut bob) = two(door, &room).await?;
    bob.leave(&room).await?;
    ann.expect(&presence(&room, bob.name(), Presence::Gone))
        .await?;
    let said = ann.say(&room, "he is gone", 1).await?;
    ann.expect(&said).await?;
    bob.say(&room, "am I?", 1).await?;
    let id = MessageId::new("Bob-1").ok();
    let outside = Problem::new(ErrorCode::NotInRoom, "").at("room");
    bob.expect_problem(&outside.clone().about(id)).await?;
    let leave = Leave { room: room.clone() };
    bob.send(&ClientMessage::Leave(leave)).await?;
    bob.expect_problem(&outside).await?;
    bob.join(&room, &[ann.name(), bob.name()], 1).await?;
    ann.expect(&presence(&room, bob.name(), Presence::Here))
        .await
}

pub(super) async fn lost<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let (mut ann, bob) = two(door, &room).await?;
    let gone = presence(&room, bob.name(), Presence::Gone);
    drop(bob);
    ann.expect(&gone).await?;
    let mut cleo = door.guest("Cleo").await?;
    cleo.join(&room, &[ann.name(), cleo.name()], 0).await?;
    ann.expect(&presence(&room, cleo.name(), Presence::Here))
        .await?;
    cleo.close().await?;
    ann.expect(&presence(&room, cleo.name(), Presence::Gone))
        .await
}

pub(super) async fn windows<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let (mut ann, mut bob) = two(door, &room).await?;
    let mut second = door.guest("Bob").await?;
    second.join(&room, &[ann.name(), bob.name()], 0).await?;
    bob.leave(&room).await?;
    let said = ann.say(&room, "are you there?", 1).await?;
    ann.expect(&said).await?;
    second.expect(&said).await?;
    drop(second);
    ann.expect(&presence(&room, bob.name(), Presence::Gone))
        .await
}

pub(super) async fn typing<D: Dial>(door: &Door<D>) -> Checked {
    let room = door.room();
    let (mut ann, mut bob) = two(door, &room).await?;
    bob.typing(&room).await?;
    let name = bob.name();
    ann.expect(&ServerMessage::Typing {
        room: room.clone(),
        name,
    })
    .await?;
    // He knows it himself: the next thing that he hears is this.
    let said = bob.say(&room, "a long story", 1).await?;
    bob.expect(&said).await?;
    ann.expect(&said).await
}
