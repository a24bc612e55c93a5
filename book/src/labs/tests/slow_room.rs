//! The lab of chapter 13: what waits for Carl, and what he is told.

use serde_json::json;

use super::rooms::{Window, hears, opened, say};
use super::*;

/// The lab, its page's window, and what the page is told.
struct Room {
    lab: Running,
    ann: Window,
    news: News,
}

impl Room {
    /// With Ann in it, and then Carl, whose server follows this policy.
    async fn with(policy: &str) -> Self {
        let lab = Running::start(&Labs::default(), "13", "chapter").await;
        let mut ann = opened(&lab, PAGE).await.expect("it is the page");
        let hello = json!({"type": "hello", "version": 1, "name": "Ann"});
        say(&mut ann, hello).await;
        say(&mut ann, json!({"type": "join", "room": "harbour"})).await;
        hears(&mut ann, "joined").await;
        let news = lab.follow().await;
        let mut room = Self { lab, ann, news };
        room.tell(json!({"act": "enter", "policy": policy})).await;
        let shown = room.shows(|shown| is_in(shown, 2)).await;
        assert_eq!(shown["policy"], policy);
        room
    }

    async fn tell(&mut self, order: Value) {
        let (status, why) = self.lab.act("carl", &order.to_string()).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{why}");
    }

    /// Carl stops reading, and Ann says so much; she hears it all.
    async fn looks_away_from(&mut self, texts: impl Iterator<Item = String>) {
        self.tell(json!({"act": "read", "reads": false})).await;
        for text in texts {
            let words = json!({"type": "say", "room": "harbour", "text": text});
            say(&mut self.ann, words).await;
            assert_eq!(hears(&mut self.ann, "message").await["text"], text);
        }
    }

    async fn looks_back(&mut self) {
        self.tell(json!({"act": "read", "reads": true})).await;
    }

    /// Waits until the page is shown this of Carl.
    async fn shows(&mut self, is_so: impl Fn(&Value) -> bool) -> &Value {
        while !is_so(&self.news.shown) {
            let (name, data) = self.news.next().await.expect("the stream goes on");
            assert_eq!(name, "update", "{data}");
        }
        &self.news.shown
    }
}

/// Whether Carl is in the room, over his connection of this number.
fn is_in(shown: &Value, visit: u64) -> bool {
    shown["visit"] == visit && shown["here"] == true
}

fn twenty() -> impl Iterator<Item = String> {
    (1..=20).map(|number| format!("message {number}"))
}

fn messages(seqs: std::ops::RangeInclusive<u64>) -> Vec<Value> {
    seqs.map(|seq| json!({"type": "message", "seq": seq}))
        .collect()
}

#[test]
fn a_full_outbox_drops_the_oldest_and_says_how_many() {
    run("carl stops reading, and reads again", async {
        let mut room = Room::with("drop-oldest").await;
        room.looks_away_from(twenty()).await;
        let shown = room.shows(|shown| shown["frames"] == 8).await;
        assert_eq!(shown["most_frames"], 8);
        assert_eq!(shown["told"], json!([]), "he reads nothing");
        assert_eq!(shown["overflowed"], false);
        room.looks_back().await;
        let shown = room.shows(|shown| shown["heard"] == 11).await;
        // Three were on their way, and eight waited.
        let missing = vec![json!({"type": "dropped", "count": 9})];
        let told = [messages(1..=3), missing, messages(13..=20)].concat();
        assert_eq!(shown["told"], json!(told));
        assert_eq!(shown["missing"], 9);
        room.shows(|shown| shown["frames"] == 0).await;
    });
}

#[test]
fn a_full_outbox_sends_carl_away_and_says_why() {
    run("carl stops reading, and finds out", async {
        let mut room = Room::with("close").await;
        room.looks_away_from(twenty()).await;
        // He has left, before he knows.
        say(&mut room.ann, json!({"type": "join", "room": "harbour"})).await;
        let joined = hears(&mut room.ann, "joined").await;
        assert_eq!(joined["members"], json!(["Ann"]));
        let shown = room.shows(|shown| shown["overflowed"] == true).await;
        assert_eq!(shown["frames"], 0, "nobody will read it");
        assert_eq!(shown["told"], json!([]), "he reads nothing");
        room.looks_back().await;
        let shown = room.shows(|shown| shown["here"] == false).await;
        let goodbye = json!({
            "type": "closed", "code": 1013, "reason": "you read too slowly",
        });
        let told = [messages(1..=3), vec![goodbye]].concat();
        assert_eq!(shown["told"], json!(told));

        // And he may come again.
        room.tell(json!({"act": "enter", "policy": "close"})).await;
        let shown = room.shows(|shown| is_in(shown, 3)).await;
        assert_eq!(shown["overflowed"], false);
    });
}

#[test]
fn long_messages_fill_the_outbox_by_their_bytes() {
    run("ann says something long", async {
        let mut room = Room::with("drop-oldest").await;
        let long = (1..=10).map(|number| format!("{number:.<300}"));
        room.looks_away_from(long).await;
        let shown = room.shows(|shown| shown["frames"] == 2).await;
        let bytes = shown["bytes"].as_u64().expect("a number");
        assert!((600..=1000).contains(&bytes), "{bytes}");
        room.looks_back().await;
        let shown = room.shows(|shown| shown["frames"] == 0).await;
        assert_eq!(shown["most_bytes"], 1000);
    });
}

#[test]
fn another_lab_has_no_carl() {
    run("the lab of chapter 12 is asked for carl", async {
        let lab = Running::start(&Labs::default(), "12", "chapter").await;
        let order = r#"{"act":"read","reads":false}"#;
        let (status, why) = lab.act("carl", order).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(why.contains("chapter 13"), "{why}");
    });
}
