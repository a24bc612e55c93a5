//! Rooms and their members, over HTTP.

mod common;

use common::{Town, in_town, in_town_with, settings};
use serde_json::json;

#[test]
fn a_public_room_is_anybodys() {
    in_town("a public room", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut bob = town.citizen("bob").await;
        assert_eq!(ada.create("harbour", "public").await, "harbour");
        let taken = json!({"room": "harbour", "kind": "public"});
        bob.post("rooms", taken).await.is(409, "room_taken");
        let listed = bob.get("rooms").await.json["rooms"].clone();
        let mut room =
            json!({"room": "harbour", "kind": "public", "read": 0, "member": false});
        assert_eq!(listed, json!([room]));
        let entered = bob.post("rooms/harbour/enter", json!({})).await;
        assert_eq!(entered.status, 200, "{entered:?}");
        room["member"] = json!(true);
        assert_eq!(bob.get("rooms").await.json["rooms"], json!([room]));
        assert_eq!(bob.post("rooms/harbour/leave", json!({})).await.status, 204);
        bob.post("rooms/harbour/leave", json!({}))
            .await
            .is(404, "no_such_room");
        let invited = ada
            .post("rooms/harbour/invite", json!({"name": "bob"}))
            .await;
        invited.is(400, "malformed");
    });
}

#[test]
fn two_people_have_one_room() {
    in_town("a direct room", async |town: Town| {
        let (mut ada, mut window) = town.guest("ada").await;
        let (mut bob, mut other) = town.guest("bob").await;
        let room = ada.post("direct", json!({"name": "BOB"})).await;
        assert_eq!((room.status, &room.json["with"]), (200, &json!("bob")));
        assert_eq!(window.hears("room").await["room"], room.json);
        let told = other.hears("room").await["room"].clone();
        assert_eq!(
            (&told["with"], &told["room"]),
            (&json!("ada"), &room.json["room"])
        );
        let again = bob.post("direct", json!({"name": "ada"})).await;
        assert_eq!(again.json["room"], room.json["room"], "it is the same one");
        let name = room.json["room"].as_str().expect("a name").to_owned();
        assert!(name.starts_with("dm--"), "{name}");
        window.hears("room").await;
        window.join(&name).await;
        // Nobody else comes in, and nobody is brought in.
        town.citizen("eve").await;
        let invite = format!("rooms/{name}/invite");
        ada.post(&invite, json!({"name": "eve"}))
            .await
            .is(400, "malformed");
        ada.post("direct", json!({"name": "ada"}))
            .await
            .is(400, "malformed");
        ada.post("direct", json!({"name": "nobody"}))
            .await
            .is(404, "no_such_person");
        // Who has left comes back with the next word of the other.
        bob.post(&format!("rooms/{name}/leave"), json!({})).await;
        assert!(bob.rooms().await.is_empty());
        ada.post("direct", json!({"name": "bob"})).await;
        assert_eq!(bob.rooms().await, [name]);
    });
}

#[test]
fn there_are_so_many_rooms_and_members() {
    let mut few = settings();
    few.limits.rooms = 2;
    few.limits.members = 2;
    few.limits.public_rooms = 1;
    in_town_with("as many as there may be", few, async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let (_bob, _eve) = (town.citizen("bob").await, town.citizen("eve").await);
        ada.create("one", "public").await;
        let new = |room: &str, kind: &str| json!({"room": room, "kind": kind});
        ada.post("rooms", new("two", "public"))
            .await
            .is(409, "too_many");
        let plans = ada.create("plans", "private").await;
        ada.post("rooms", new("more", "private"))
            .await
            .is(409, "too_many");
        let invite = format!("rooms/{plans}/invite");
        assert_eq!(ada.post(&invite, json!({"name": "bob"})).await.status, 204);
        assert_eq!(
            ada.post(&invite, json!({"name": "bob"})).await.status,
            204,
            "again"
        );
        ada.post(&invite, json!({"name": "eve"}))
            .await
            .is(409, "too_many");
        ada.post(&invite, json!({"name": "nobody"}))
            .await
            .is(404, "no_such_person");
    });
}

#[test]
fn a_name_that_cannot_be_is_refused() {
    in_town("names of rooms", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let long = "x".repeat(33);
        for (room, kind) in [
            ("", "public"),
            ("Harbour", "public"),
            ("a--b", "public"),
            ("a--b", "private"),
            (&*long, "private"),
            ("two", "direct"),
        ] {
            let answer = ada.post("rooms", json!({"room": room, "kind": kind})).await;
            answer.is(400, "malformed");
        }
        ada.post("rooms", json!({"room": "x", "kind": "secret"}))
            .await
            .is(400, "malformed");
        ada.post("rooms", json!({"room": "x"}))
            .await
            .is(400, "malformed");
    });
}

#[test]
fn paths_and_methods_that_are_none_are_answered() {
    in_town("nothing there", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        ada.get("nothing").await.is(404, "not_found");
        ada.get("sign-in").await.is(405, "wrong_method");
        assert_eq!(ada.get("rooms/%FF/enter").await.status, 405);
        ada.post("rooms/%FF/enter", json!({}))
            .await
            .is(404, "no_such_room");
        ada.post("rooms/UP/enter", json!({}))
            .await
            .is(404, "no_such_room");
    });
}
