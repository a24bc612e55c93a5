//! The suite, for this chapter's server.

use chat::behaviour::{Case, Door, check};
use chat::{Chat, serve};
use wiretap::{Link, LinkDialer, Recorder, harness};

/// A server at the other end of a network.
fn served() -> Door<LinkDialer> {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    tokio::spawn(serve(listener, Chat::new(), std::future::pending()));
    Door::new(dialer, "ws://chat.test/chat")
}

fn holds(case: Case) {
    harness::run(&format!("{case:?}"), async move {
        let checked = check(&served(), case).await;
        checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
    });
}

macro_rules! cases {
    ($($test:ident: $case:ident),* $(,)?) => {
        $(#[test] fn $test() { holds(Case::$case); })*

        #[test]
        fn every_case_has_its_test() {
            assert_eq!([$(Case::$case),*], Case::ALL);
        }
    };
}

cases! {
    welcome: Welcome,
    hello_first: HelloFirst,
    versions: Versions,
    silence: Silence,
    pings: Pings,
    joining: Joining,
    numbers: Numbers,
    any_text: AnyText,
    order: Order,
    apart: Apart,
    leaving: Leaving,
    lost: Lost,
    windows: Windows,
    typing: Typing,
    refusals: Refusals,
    limits: Limits,
    rooms: Rooms,
    binary: Binary,
    too_large: TooLarge,
}
