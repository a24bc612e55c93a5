//! The gate: tickets, rooms, and what changes while somebody is connected.

mod common;

use common::{Guest, Town, in_town};
use gatekeeping::protocol::schema;
use serde_json::json;

#[test]
fn a_ticket_opens_the_chat_and_says_who_comes() {
    in_town("a hello", async |town: Town| {
        let mut ada = town.citizen("Ada").await;
        let harbour = ada.create("harbour", "public").await;
        let ticket = ada.ticket().await;
        let mut guest = Guest::connect(&town.dialer).await;
        guest.hello(&ticket).await;
        let welcome = guest.hears("welcome").await;
        let rooms = json!([{"room": harbour, "kind": "public", "read": 0}]);
        let expected =
            json!({"type": "welcome", "version": 3, "name": "Ada", "rooms": rooms});
        assert_eq!(welcome, expected);
        guest.join("harbour").await;
        guest
            .send(json!({"type": "say", "room": "harbour", "text": "hi", "id": "1"}))
            .await;
        let (one, other) = (guest.next().await, guest.next().await);
        let heard = [one.expect("open"), other.expect("open")];
        let message = heard.iter().find(|heard| heard["type"] == "message");
        assert_eq!(message.expect("it is told")["name"], "Ada");
    });
}

#[test]
fn a_hello_of_an_older_version_hears_which_one_is_spoken() {
    in_town("versions 1 and 2", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut guest = Guest::connect(&town.dialer).await;
        guest.send(json!({"type": "join", "room": "r"})).await;
        guest.hears_problem("hello_first").await;
        for version in [1, 2, 4] {
            guest
                .send(json!({"type": "hello", "version": version, "name": "ada"}))
                .await;
            let problem = guest.hears_problem("unknown_version").await;
            assert_eq!(problem["field"], "version");
            let text = problem["text"].as_str().expect("words");
            assert!(text.contains("version 3"), "{text}");
        }
        guest.hello(&ada.ticket().await).await;
        guest.hears("welcome").await;
    });
}

#[test]
fn a_room_is_joined_by_its_members() {
    in_town("rooms and members", async |town: Town| {
        let (mut ada, mut window) = town.guest("ada").await;
        let (_bob, mut other) = town.guest("bob").await;
        let plans = ada.create("plans", "private").await;
        let told = window.hears("room").await;
        assert_eq!(told["room"]["members"], json!(["ada"]));
        other.send(json!({"type": "join", "room": plans})).await;
        other.hears_problem("no_such_room").await;

        let invite = format!("rooms/{plans}/invite");
        assert_eq!(ada.post(&invite, json!({"name": "Bob"})).await.status, 204);
        for guest in [&mut window, &mut other] {
            let told = guest.hears("room").await;
            let members = json!(["ada", "bob"]);
            let room = json!({"room": plans, "kind": "private", "read": 0, "members": members});
            assert_eq!(told["room"], room);
        }
        other.join(&plans).await;
    });
}

#[test]
fn who_leaves_a_room_is_out_of_it_in_all_windows() {
    in_town("a farewell", async |town: Town| {
        let (mut ada, mut window) = town.guest("ada").await;
        let mut bob = town.citizen("bob").await;
        let plans = ada.create("plans", "private").await;
        window.hears("room").await;
        let invite = format!("rooms/{plans}/invite");
        ada.post(&invite, json!({"name": "bob"})).await;
        window.hears("room").await;
        let mut other = town.connect(&mut bob).await;
        other.join(&plans).await;
        assert_eq!(
            bob.post(&format!("rooms/{plans}/leave"), json!({}))
                .await
                .status,
            204
        );
        assert_eq!(other.hears("left").await["room"], plans.as_str());
        assert_eq!(other.hears("removed").await["room"], plans.as_str());
        assert_eq!(
            window.hears("room").await["room"]["members"],
            json!(["ada"])
        );
        other
            .send(
                json!({"type": "say", "room": plans, "text": "still here", "id": "1"}),
            )
            .await;
        other.hears_problem("not_in_room").await;
        other.send(json!({"type": "join", "room": plans})).await;
        other.hears_problem("no_such_room").await;
    });
}

#[test]
fn another_window_hears_how_far_one_has_read() {
    in_town("two windows", async |town: Town| {
        let (mut ada, mut window) = town.guest("ada").await;
        let (_bob, mut stranger) = town.guest("bob").await;
        ada.create("harbour", "public").await;
        window.hears("room").await;
        let read = |seq: u64| json!({"seq": seq});
        assert_eq!(ada.post("rooms/harbour/read", read(7)).await.status, 204);
        let expected = json!({"type": "read", "room": "harbour", "seq": 7});
        assert_eq!(window.hears("read").await, expected);
        assert_eq!(ada.post("rooms/harbour/read", read(3)).await.status, 204);
        assert_eq!(window.hears("read").await, expected, "it does not go back");
        let too_far = ada.post("rooms/harbour/read", read(1 << 53)).await;
        too_far.is(400, "malformed");
        let mut again = town.connect(&mut ada).await;
        stranger
            .send(json!({"type": "join", "room": "harbour"}))
            .await;
        stranger.hears_problem("no_such_room").await;
        again.join("harbour").await;
    });
}

#[test]
fn too_many_connections_of_an_account_are_refused() {
    let mut few = common::settings();
    few.limits.connections = 2;
    common::in_town_with("a third window", few, async |town: Town| {
        let (mut ada, _first) = town.guest("ada").await;
        let second = town.connect(&mut ada).await;
        assert_eq!(town.keeper.connections(), 2);
        let mut third = Guest::connect(&town.dialer).await;
        third.hello(&ada.ticket().await).await;
        third.hears_problem("unavailable").await;
        assert_eq!(third.hears_the_end().await, 1013);
        drop(second);
        tokio::task::yield_now().await;
        town.connect(&mut ada).await;
    });
}

#[test]
fn trouble_is_told_to_the_operator_and_not_to_the_client() {
    in_town("a database that is gone", async |town: Town| {
        let (mut ada, mut guest) = town.guest("ada").await;
        let ticket = ada.ticket().await;
        town.keeper.clone().close().await.expect("a disk");
        let answer = ada.get("me").await;
        answer.is(503, "unavailable");
        assert_eq!(answer.header("Retry-After"), Some("5"));
        guest.send(json!({"type": "join", "room": "r"})).await;
        guest.hears_problem("unavailable").await;
        let mut other = Guest::connect(&town.dialer).await;
        other.hello(&ticket).await;
        other.hears_problem("unavailable").await;
        assert_eq!(other.hears_the_end().await, 1013);
        let reports = town.reports.lock().expect("no panic").clone();
        assert_eq!(reports, ["the accounts have been closed"; 3]);
    });
}

#[test]
fn the_schema_has_one_welcome() {
    let text = schema().to_string();
    assert_eq!(text.matches(r#""const":"welcome""#).count(), 1);
    assert!(text.contains(r#""const":"removed""#));
}
