//! Nobody is asked whether they want to be invited, so nobody can be invited for ever.

mod common;

use common::{Town, Visitor, in_town, in_town_with, settings};
use serde_json::json;

/// Makes a private room, and invites somebody into it. What is answered.
async fn invite(eve: &mut Visitor, whom: &str) -> (u16, String) {
    invite_into("trap", eve, whom).await
}

async fn invite_into(room: &str, eve: &mut Visitor, whom: &str) -> (u16, String) {
    let room = eve.create(room, "private").await;
    let path = format!("rooms/{room}/invite");
    let answer = eve.post(&path, json!({"name": whom})).await;
    let text = answer.json["error"]["text"].as_str().unwrap_or_default();
    (answer.status, text.to_owned())
}

#[test]
fn floods_of_invitations_by_one_are_refused() {
    in_town("forty invitations", async |town: Town| {
        let mut ada = town.citizen("ada").await;
        let mut eve = town.citizen("eve").await;
        let mut status = Vec::new();
        for _ in 0..40 {
            status.push(invite(&mut eve, "ada").await.0);
        }
        assert_eq!(status, [vec![204; 8], vec![409; 32]].concat());
        assert_eq!(ada.rooms().await.len(), 8);
        // She may still be spoken to, and be invited by others.
        let direct = eve.post("direct", json!({"name": "ada"})).await;
        assert_eq!(direct.status, 200, "{direct:?}");
        let mut bob = town.citizen("bob").await;
        assert_eq!(invite_into("picnic", &mut bob, "ada").await.0, 204);
        // One room less, one more invitation.
        let rooms = ada.rooms().await;
        let trap = rooms.iter().find(|room| room.starts_with("trap"));
        let leave = format!("rooms/{}/leave", trap.expect("a room"));
        assert_eq!(ada.post(&leave, json!({})).await.status, 204);
        let mut again = [0; 2];
        for status in &mut again {
            *status = invite(&mut eve, "ada").await.0;
        }
        assert_eq!(again, [204, 409]);
    });
}

#[test]
fn floods_of_invitations_leave_half_of_the_rooms_to_their_owner() {
    let mut few = settings();
    few.limits.rooms = 8;
    in_town_with("a crowd that invites", few, async |town: Town| {
        let mut ada = town.citizen("ada").await;
        for number in 0..3 {
            let mut eve = town.citizen(&format!("eve {number}")).await;
            let direct = eve.post("direct", json!({"name": "ada"})).await;
            assert_eq!(direct.status, 200, "{direct:?}");
        }
        let mut eve = town.citizen("eve").await;
        assert_eq!(invite(&mut eve, "ada").await.0, 204, "the fourth");
        let (status, text) = invite(&mut eve, "ada").await;
        assert_eq!(status, 409);
        assert!(text.contains("as many rooms as others may"), "{text}");
        eve.post("direct", json!({"name": "ada"}))
            .await
            .is(409, "too_many");
        assert_eq!(ada.rooms().await.len(), 4);
        // The rest is hers: to make rooms, to enter some, to speak to somebody.
        ada.create("harbour", "public").await;
        ada.create("plans", "private").await;
        eve.create("market", "public").await;
        let entered = ada.post("rooms/market/enter", json!({})).await;
        assert_eq!(entered.status, 200, "{entered:?}");
        let direct = ada.post("direct", json!({"name": "eve"})).await;
        assert_eq!(direct.status, 200, "{direct:?}");
        let ninth = json!({"room": "ninth", "kind": "private"});
        ada.post("rooms", ninth).await.is(409, "too_many");
    });
}
