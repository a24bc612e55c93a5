//! Chapter 12's suite, over everything there is.

#[path = "requests/bridge.rs"]
mod bridge;
mod requests;
#[path = "requests/whole.rs"]
mod whole;

use bridge::{Bridge, Down};
use chat::behaviour::{Case, Door, check};
use wiretap::{Dial, Link, harness};

const URL: &str = "ws://chat.test/chat";

/// The cases hold that do not ask for what there is none of.
fn holds<D: Dial>(
    over: &str,
    without: &'static [Case],
    dial: impl Fn() -> D + Copy + Send + 'static,
) where
    D: Send + Sync + 'static,
{
    for case in Case::ALL.into_iter().filter(|case| !without.contains(case)) {
        harness::run(&format!("{case:?} over {over}"), async move {
            let checked = check(&Door::new(dial(), URL), case).await;
            checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
        });
    }
}

#[test]
fn over_a_websocket() {
    holds("a WebSocket", &[], || whole::served(&Link::new()));
}

#[test]
fn over_events() {
    holds("events", &[Case::Binary], || Bridge {
        dialer: whole::served(&Link::new()),
        down: Down::Events,
    });
}

#[test]
fn over_polls() {
    holds("polls", &[Case::Binary], || Bridge {
        dialer: whole::served(&Link::new()),
        down: Down::Polls,
    });
}
