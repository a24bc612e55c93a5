//! Chapter 12's suite, over everything there is.

#[path = "requests/bridge.rs"]
mod bridge;
mod requests;
#[path = "requests/whole.rs"]
mod whole;

use bridge::{Bridge, Down};
use chat::behaviour::{Case, Door, check};
use whole::Engine;
use wiretap::{Dial, harness};

const URL: &str = "ws://chat.test/chat";

/// The cases hold that do not ask for what there is none of.
fn holds<D: Dial + Send + Sync + 'static>(
    over: &str,
    without: &'static [Case],
    dial: impl Fn() -> D + Copy + Send + 'static,
) {
    for case in Case::ALL.into_iter().filter(|case| !without.contains(case)) {
        harness::run(&format!("{case:?} over {over}"), async move {
            let checked = check(&Door::new(dial(), URL), case).await;
            checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
        });
    }
}

#[test]
fn over_a_websocket_of_chapter_9() {
    holds("a WebSocket", &[], || whole::served(Engine::Handmade));
}

#[test]
fn over_a_websocket_of_tungstenite() {
    holds("tungstenite's", &[], || whole::served(Engine::Tungstenite));
}

#[test]
fn over_events() {
    holds("events", &[Case::Binary], || Bridge {
        dialer: whole::served(Engine::Handmade),
        down: Down::Events,
    });
}

#[test]
fn over_polls() {
    holds("polls", &[Case::Binary], || Bridge {
        dialer: whole::served(Engine::Handmade),
        down: Down::Polls,
    });
}
