//! Chapter 12's suite, for this chapter's server with its limits as they are.

mod common;

use backpressure::{Limits, Policy};
use chat::behaviour::{Case, Door, check};
use common::{URL, served};
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
