//! People with one window, with several, and with none.

use wiretap::verdict::{self, Rule};

use crate::subject::e4_windows::Windows;

const FIRST: Rule = Rule::new(
    "presence is about people",
    "Somebody comes with their first window, and leaves with their last.",
);
const HERE: Rule = Rule::new(
    "who is here",
    "Each person is there once, in the order of their names, and only who has a window.",
);
const STRANGER: Rule = Rule::new(
    "who is not there",
    "Who is not there does not leave, and comes with the first window.",
);

#[test]
fn somebody_comes_once_and_leaves_once() {
    let mut windows = Windows::default();
    verdict::equal(FIRST, true, windows.open("Bob"));
    if windows.open("Bob") {
        verdict::fail(
            FIRST,
            "Bob opens a second window, and for you he comes again.",
        );
    }
    windows.open("Bob");
    windows.open("Ann");
    for _ in 0..2 {
        if windows.close("Bob") {
            verdict::fail(FIRST, "Bob has a window left, and for you he is gone.");
        }
    }
    verdict::equal(FIRST, true, windows.close("Bob"));
    if !windows.open("Bob") {
        verdict::fail(FIRST, "Bob was gone, and comes back: nobody is told.");
    }
}

#[test]
fn everybody_is_named_once_and_in_order() {
    let mut windows = Windows::default();
    verdict::equal(HERE, Vec::<&str>::new(), windows.here());
    for name in ["Cleo", "Ann", "Bob", "Ann", "Émile", "Cleo"] {
        windows.open(name);
    }
    let why = "Ann has two windows, and is one person.";
    let twice = vec!["Ann", "Ann", "Bob", "Cleo", "Cleo", "Émile"];
    verdict::mistake(HERE, twice, windows.here(), why);
    verdict::equal(HERE, vec!["Ann", "Bob", "Cleo", "Émile"], windows.here());
    windows.close("Cleo");
    windows.close("Bob");
    let why = "Bob has closed his only window, and something of him is left.";
    verdict::mistake(
        HERE,
        vec!["Ann", "Bob", "Cleo", "Émile"],
        windows.here(),
        why,
    );
    verdict::equal(HERE, vec!["Ann", "Cleo", "Émile"], windows.here());
}

#[test]
fn who_is_not_there_does_not_leave() {
    let mut windows = Windows::default();
    let mut close = |name| {
        if windows.close(name) {
            verdict::fail(STRANGER, format!("{name} was not there, and leaves."));
        }
    };
    close("Ann");
    close("Ann");
    if !windows.open("Ann") {
        let why = "Ann's windows were closed before one was opened, and now you owe her some.";
        verdict::fail(STRANGER, why);
    }
    verdict::equal(STRANGER, vec!["Ann"], windows.here());
    verdict::equal(STRANGER, true, windows.close("Ann"));
}
