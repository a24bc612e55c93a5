//! Chapter 12's suite, for this chapter's server with its limits as they are.

mod common;

use std::sync::Arc;

use backpressure::{Limits, Policy};
use chat::behaviour::{Case, Door, check, examine};
use common::{URL, served};
use tokio::task::JoinSet;
use wiretap::harness;

fn holds(case: Case) {
    for policy in [Policy::Close, Policy::DropOldest] {
        let limits = Limits {
            policy,
            ..Limits::default()
        };
        harness::run(&format!("{case:?}"), async move {
            let checked = check(&Door::new(served(limits), URL), case).await;
            checked.unwrap_or_else(|fault| panic!("{case:?}, {policy:?}: {fault}"));
        });
    }
}

chat::behaviour_tests!(holds);

#[test]
fn one_after_the_other_at_one_server() {
    harness::run("all cases", async {
        examine(&Door::new(served(Limits::default()), URL)).await;
    });
}

#[test]
fn all_at_once_at_one_server() {
    harness::run("all cases at once", async {
        let limits = Limits {
            // They all come from the same address.
            connections_per_address: 1000,
            ..Limits::default()
        };
        let door = Arc::new(Door::new(served(limits), URL));
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
