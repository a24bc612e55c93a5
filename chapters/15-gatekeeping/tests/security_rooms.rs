//! Whether there is a private room of some name is told to its members only.

mod common;

use common::{Guest, Town, in_town};
use serde_json::{Value, json};

/// A private room of ada's, and one that is not there, whose name looks the same.
async fn rooms(town: &Town) -> (String, String) {
    let mut ada = town.citizen("ada").await;
    let there = ada.create("plans", "private").await;
    let not_there = "plans--aaaaaaaa".to_owned();
    assert_eq!(there.len(), not_there.len());
    (there, not_there)
}

/// What eve is told over HTTP when she tries this room in every way.
async fn asked(town: &Town, eve: &mut common::Visitor, room: &str) -> Vec<Value> {
    let before = town.keeper.hashes();
    let mut told = Vec::new();
    for (path, body) in [
        (format!("rooms/{room}/enter"), json!({})),
        (format!("rooms/{room}/leave"), json!({})),
        (format!("rooms/{room}/invite"), json!({"name": "eve"})),
        (format!("rooms/{room}/invite"), json!({"name": "ada"})),
        (format!("rooms/{room}/invite"), json!({"name": "nobody"})),
        (format!("rooms/{room}/read"), json!({"seq": 1})),
        (format!("rooms/{room}/nothing"), json!({})),
        ("rooms".to_owned(), json!({"room": room, "kind": "public"})),
        ("rooms".to_owned(), json!({"room": room, "kind": "private"})),
    ] {
        let answer = eve.post(&path, body).await;
        told.push(json!([answer.status, answer.json]));
    }
    told.push(eve.get("rooms").await.json);
    assert_eq!(town.keeper.hashes(), before);
    told
}

/// What she is told over the connection.
async fn said(guest: &mut Guest, room: &str) -> Vec<Value> {
    let mut told = Vec::new();
    for message in [
        json!({"type": "join", "room": room}),
        json!({"type": "join", "room": room, "after": 0}),
        json!({"type": "page", "room": room, "before": 10, "limit": 10}),
        json!({"type": "search", "room": room, "query": "secret"}),
        json!({"type": "say", "room": room, "text": "hi", "id": "1"}),
        json!({"type": "edit", "room": room, "seq": 1, "text": "hi", "id": "2"}),
        json!({"type": "delete", "room": room, "seq": 1, "id": "3"}),
        json!({"type": "typing", "room": room}),
        json!({"type": "leave", "room": room}),
    ] {
        guest.send(message).await;
        told.push(guest.hears("error").await);
    }
    told
}

#[test]
fn guessed_a_private_room_answers_as_one_that_is_not_there() {
    in_town("a guessed room, over HTTP", async |town: Town| {
        let (there, not_there) = rooms(&town).await;
        let mut eve = town.citizen("eve").await;
        let one = asked(&town, &mut eve, &there).await;
        let other = asked(&town, &mut eve, &not_there).await;
        assert_eq!(one, other);
        assert_eq!(one[0][1]["error"]["code"], "no_such_room");
        assert_eq!(one[7][1]["error"]["code"], "malformed", "no name with --");
        assert!(!format!("{one:?}").contains(&there));
    });
}

#[test]
fn guessed_a_private_room_is_not_joined_paged_or_searched() {
    in_town("a guessed room, over the connection", async |town: Town| {
        let (there, not_there) = rooms(&town).await;
        let (_eve, mut guest) = town.guest("eve").await;
        let one = said(&mut guest, &there).await;
        let other = said(&mut guest, &not_there).await;
        let renamed: Vec<Value> = one
            .iter()
            .map(|told| told.to_string().replace(&there, &not_there))
            .map(|told| serde_json::from_str(&told).expect("JSON"))
            .collect();
        assert_eq!(renamed, other);
        assert_eq!(one[0]["code"], "no_such_room");
        for told in &one[2..] {
            assert_eq!(told["code"], "not_in_room");
        }
    });
}

#[test]
fn guessed_a_room_of_two_is_as_unknown() {
    in_town("a guessed direct room", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        town.citizen("bob").await;
        let room = ada.post("direct", json!({"name": "bob"})).await;
        let there = room.json["room"].as_str().expect("a name").to_owned();
        let mut eve = town.citizen("eve").await;
        let one = asked(&town, &mut eve, &there).await;
        let other = asked(&town, &mut eve, "dm--aaaaaaaa").await;
        assert_eq!(one, other);
    });
}

#[test]
fn what_was_said_before_an_invitation_is_for_members_only() {
    in_town("an invitation, and a farewell", async |town: Town| {
        let (mut ada, mut window) = town.guest("ada").await;
        let (mut eve, mut guest) = town.guest("eve").await;
        let plans = ada.create("plans", "private").await;
        window.hears("room").await;
        window.join(&plans).await;
        let say =
            json!({"type": "say", "room": plans, "text": "secret words", "id": "1"});
        window.send(say).await;
        let page = json!({"type": "page", "room": plans, "before": 9, "limit": 9});
        guest.send(page.clone()).await;
        guest.hears_problem("not_in_room").await;
        ada.post(&format!("rooms/{plans}/invite"), json!({"name": "eve"}))
            .await;
        guest.hears("room").await;
        guest.join(&plans).await;
        guest.send(page.clone()).await;
        let told = guest.hears("page").await;
        assert_eq!(told["messages"][0]["text"], "secret words");
        eve.post(&format!("rooms/{plans}/leave"), json!({})).await;
        guest.hears("left").await;
        guest.hears("removed").await;
        guest.send(page).await;
        guest.hears_problem("not_in_room").await;
        let search = json!({"type": "search", "room": plans, "query": "secret"});
        guest.send(search).await;
        guest.hears_problem("not_in_room").await;
    });
}
