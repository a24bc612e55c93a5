//! The suite, for this chapter's server.

use std::sync::Arc;

use chat::behaviour::{Case, Door, check, examine};
use chat::{Chat, serve};
use tokio::task::JoinSet;
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

chat::behaviour_tests!(holds);

#[test]
fn one_after_the_other_at_one_server() {
    harness::run("all cases", async { examine(&served()).await });
}

#[test]
fn all_at_once_at_one_server() {
    harness::run("all cases at once", async {
        let door = Arc::new(served());
        let mut cases = JoinSet::new();
        for case in Case::ALL {
            let door = Arc::clone(&door);
            cases.spawn(async move {
                let checked = check(&door, case).await;
                checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
            });
        }
        cases.join_all().await;
    });
}
