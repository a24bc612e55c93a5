//! What is on its way when a connection is cut, and is said again on the next one.

mod common;
#[path = "common/peer.rs"]
mod peer;

use history::{MemoryLog, RoomLog};
use peer::{Peer, fill, with_server};
use serde_json::{Value, json};
use wiretap::{LinkDialer, LinkStream};

fn edit(id: &str, words: &str) -> String {
    json!({"type": "edit", "room": "harbour", "seq": 1, "text": words, "id": id})
        .to_string()
}

/// Waits for the answers with these ids, and gives their numbers.
async fn accepted<const N: usize>(
    peer: &mut Peer<LinkStream>,
    ids: [&str; N],
) -> [u64; N] {
    let mut numbers = [0; N];
    while numbers.contains(&0) {
        let text = peer.next_text().await;
        let told: Value = serde_json::from_str(&text).expect("JSON");
        assert_ne!(told["type"], "error", "{told}");
        let at = ids.iter().position(|id| told["id"] == *id);
        if let (Some(at), true) = (at, told["type"] == "accepted") {
            numbers[at] = told["seq"].as_u64().expect("a number");
        }
    }
    numbers
}

async fn words_of_1(log: &MemoryLog) -> Option<String> {
    let page = log.before("harbour", 2, 1).await.expect("a page");
    page.messages[0].text.clone()
}

#[test]
fn two_edits_in_flight_at_a_cut_are_made_once_each() {
    with_server("two edits", async |dialer: LinkDialer, log: MemoryLog| {
        fill(&log, 1).await;
        // On the server, this connection lives on when its client has left it for lost.
        let mut old = Peer::joined(&dialer, "ada", None).await;
        old.send_text(&edit("a", "first")).await;
        old.send_text(&edit("b", "second")).await;
        assert_eq!(accepted(&mut old, ["a", "b"]).await, [2, 3]);

        // As if no answer had come: both are said again, and the person goes on.
        let mut new = Peer::joined(&dialer, "ada", None).await;
        new.send_text(&edit("a", "first")).await;
        new.send_text(&edit("b", "second")).await;
        new.send_text(&edit("c", "third")).await;
        assert_eq!(accepted(&mut new, ["a", "b", "c"]).await, [2, 3, 4]);

        // What the old one still had to say comes last, and changes nothing.
        old.send_text(&edit("b", "second")).await;
        assert_eq!(accepted(&mut old, ["b"]).await, [3]);
        assert_eq!(words_of_1(&log).await.as_deref(), Some("third"));
        let since = log.after("harbour", 0, 10).await.expect("an answer");
        assert_eq!(since.last, 4);
    });
}

#[test]
fn an_edit_whose_answer_was_lost_is_accepted_after_the_deletion() {
    with_server(
        "an edit and a deletion",
        async |dialer: LinkDialer, log: MemoryLog| {
            fill(&log, 1).await;
            let delete =
                r#"{"type": "delete", "room": "harbour", "seq": 1, "id": "b"}"#;
            for _cut in 0..2 {
                let mut ada = Peer::joined(&dialer, "ada", None).await;
                ada.send_text(&edit("a", "other words")).await;
                ada.send_text(delete).await;
                assert_eq!(accepted(&mut ada, ["a", "b"]).await, [2, 3]);
            }
            assert_eq!(words_of_1(&log).await, None);
        },
    );
}
