//! The client that comes back, and servers that say what is not expected of them.

mod common;
#[path = "common/peer.rs"]
mod peer;
#[path = "common/scripted.rs"]
mod scripted;

use std::time::Duration;

use connection::Config;
use history::{Client, ClientOptions, Notice, Pace};
use peer::name;
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
