//! The client that comes back, and servers that say what is not expected of them.

mod common;
#[path = "common/peer.rs"]
mod peer;
#[path = "common/scripted.rs"]
mod scripted;

use std::time::Duration;

use chat::protocol::Room;
use connection::Config;
use history::protocol::ServerMessage;
use history::{Client, ClientOptions, Notice, Pace, Rate};
use peer::{name, room, text};
use wiretap::harness;

const HOUR: Duration = Duration::from_secs(3600);

/// A client that has failed once to connect, and whose connection then ends when the server
/// says this, after an hour.
async fn wait_after_an_hour(words: &'static str) -> Duration {
    let (dialer, mut script) = scripted::serve();
    tokio::spawn(async move {
        script.refuse().await;
        script.accept().await;
        tokio::time::sleep(HOUR).await;
        script.says(words).await;
        std::future::pending::<()>().await;
    });
    let options = ClientOptions {
        pace: Pace {
            first: Duration::from_secs(1),
            base: Duration::from_secs(20),
            ..Pace::default()
        },
        seed: 1,
        // An hour is silent.
        connection: Config::default(),
        ..ClientOptions::default()
    };
    let url = peer::URL.parse().expect("a URL");
    let mut client = Client::new(dialer, url, name("ada"), options);
    let mut waits = Vec::new();
    while waits.len() < 2 {
        if let Some(Notice::Cut { wait, .. }) = client.next().await {
            waits.push(wait);
        }
    }
    waits[1]
}

#[test]
fn an_hours_connection_was_a_good_one_whatever_it_ends_with() {
    for words in ["what?", r#"{"type":"message","room":"harbour"}"#] {
        harness::run(words, async move {
            let wait = wait_after_an_hour(words).await;
            assert!(
                wait < Duration::from_secs(1),
                "{wait:?}: the first one again"
            );
        });
    }
}

const JOINED: &str = r#"{"type":"joined","room":"harbour","seq":0,"members":[]}"#;

#[test]
fn what_is_said_on_the_way_into_a_room_is_said_again_inside() {
    harness::run("a server that has lost a client", async {
        let (dialer, mut script) = scripted::serve();
        let url = peer::URL.parse().expect("a URL");
        let mut client = Client::new(dialer, url, name("ada"), Default::default());
        client.join(room(), None);
        let listening = async {
            assert_eq!(client.next().await, Some(Notice::Connected));
            client.next().await;
            client.say(room(), text("hello")).expect("room");
            client.join(room(), None);
            while client.pending() > 0 {
                let notice = client.next().await.expect("it goes on");
                let is_error = matches!(notice, Notice::Told(ServerMessage::Error(_)));
                assert!(!is_error, "{notice:?}: it is not lost");
            }
        };
        let telling = async {
            script.accept().await;
            script.hears("join").await;
            script.says(JOINED).await;
            let said = script.hears("say").await;
            script.hears("join").await;
            let refusal = serde_json::json!({
                "type": "error", "code": "not_in_room", "text": "no", "id": said["id"],
            });
            script.says(&refusal.to_string()).await;
            script.says(JOINED).await;
            assert_eq!(script.hears("say").await, said);
            let accepted = serde_json::json!({
                "type": "accepted", "room": "harbour", "id": said["id"], "seq": 1,
            });
            script.says(&accepted.to_string()).await;
        };
        tokio::join!(listening, telling);
    });
}

#[test]
fn who_changes_rooms_gives_one_up_before_the_other_is_entered() {
    harness::run("a seventeenth room", async {
        let (dialer, _log) = peer::served(wiretap::Link::new());
        let options = ClientOptions {
            // For the hello and sixteen rooms: what follows waits.
            rate: Rate {
                burst: 17,
                interval: Duration::from_secs(1),
            },
            ..ClientOptions::default()
        };
        let url = peer::URL.parse().expect("a URL");
        let mut client = Client::new(dialer, url, name("ada"), options);
        let numbered = |number| Room::new(&format!("room-{number}")).expect("a room");
        (10..26).for_each(|number| client.join(numbered(number), None));
        let mut joined = 0;
        while joined < 17 {
            match client.next().await {
                Some(Notice::Told(ServerMessage::Joined { .. })) => joined += 1,
                Some(Notice::Told(ServerMessage::Error(problem))) => {
                    panic!("{problem:?}")
                }
                _ => {}
            }
            if joined == 16 && client.cursor(&numbered(25)).is_some() {
                client.leave(&numbered(25));
                client.join(Room::new("another").expect("a room"), None);
            }
        }
    });
}
