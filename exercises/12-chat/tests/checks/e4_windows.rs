//! People with one window, with several, and with none.

use std::cell::Cell;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

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
const NOTHING_LEFT: Rule = Rule::new(
    "the exercise",
    "Somebody who is gone leaves nothing behind.",
);
const NOT_EVERYBODY: Rule = Rule::new(
    "the exercise",
    "Who comes or leaves is found without looking at everybody.",
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
        if windows.close(&"Bob") {
            verdict::fail(FIRST, "Bob has a window left, and for you he is gone.");
        }
    }
    verdict::equal(FIRST, true, windows.close(&"Bob"));
    if !windows.open("Bob") {
        verdict::fail(FIRST, "Bob was gone, and comes back: nobody is told.");
    }
}

#[test]
fn everybody_is_named_once_and_in_order() {
    let mut windows = Windows::default();
    verdict::equal(HERE, Vec::<&&str>::new(), windows.here());
    for name in ["Cleo", "Ann", "Bob", "Ann", "Émile", "Cleo"] {
        windows.open(name);
    }
    let why = "Ann has two windows, and is one person.";
    let twice = vec![&"Ann", &"Ann", &"Bob", &"Cleo", &"Cleo", &"Émile"];
    verdict::mistake(HERE, twice, windows.here(), why);
    let all = vec![&"Ann", &"Bob", &"Cleo", &"Émile"];
    verdict::equal(HERE, all.clone(), windows.here());
    windows.close(&"Cleo");
    windows.close(&"Bob");
    let why = "Bob has closed his only window, and something of him is left.";
    verdict::mistake(HERE, all, windows.here(), why);
    verdict::equal(HERE, vec![&"Ann", &"Cleo", &"Émile"], windows.here());
}

#[test]
fn who_is_not_there_does_not_leave() {
    let mut windows = Windows::default();
    let mut close = |name| {
        if windows.close(&name) {
            verdict::fail(STRANGER, format!("{name} was not there, and leaves."));
        }
    };
    close("Ann");
    close("Ann");
    if !windows.open("Ann") {
        let why = "Ann's windows were closed before one was opened, and now you owe her some.";
        verdict::fail(STRANGER, why);
    }
    verdict::equal(STRANGER, vec![&"Ann"], windows.here());
    verdict::equal(STRANGER, true, windows.close(&"Ann"));
}

#[test]
fn who_is_gone_leaves_nothing_behind() {
    let mut windows = Windows::default();
    for name in ["Bob", "Bob", "Ann"] {
        windows.open(name);
    }
    for name in ["Bob", "Ann", "Bob"] {
        windows.close(&name);
    }
    // `Windows` prints all that it holds.
    let printed = format!("{windows:?}");
    if ["Ann", "Bob"].iter().any(|name| printed.contains(name)) {
        let why = format!(
            "Both have closed their windows, nobody is there any more, and this is still \
             kept: {printed}. In a year it is everybody who ever looked in."
        );
        verdict::fail(NOTHING_LEFT, why);
    }
}

/// A name that counts how often names like it are looked at: compared or hashed.
#[derive(Debug, Clone, Default)]
struct Counted {
    name: u32,
    looks: Rc<Cell<u32>>,
}

impl Counted {
    fn look(&self) -> u32 {
        self.looks.set(self.looks.get() + 1);
        self.name
    }
}

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.look().cmp(&other.name)
    }
}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.look() == other.name
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.look().hash(state);
    }
}

#[test]
fn nobody_has_to_look_at_everybody() {
    const PEOPLE: u32 = 4_096;
    let looks = Rc::new(Cell::new(0));
    let named = |name| Counted {
        name,
        looks: Rc::clone(&looks),
    };
    let mut windows = Windows::default();
    // They come in no particular order: 2,731 and 4,096 have no common divisor.
    for at in 0..PEOPLE {
        windows.open(named(at * 2_731 % PEOPLE * 2));
    }
    let looked = |what: &str, before: u32| {
        let looked = looks.get() - before;
        if looked > PEOPLE / 8 {
            let why = format!(
                "{PEOPLE} people are there. {what}, and you look at {looked} names to \
                 find that out."
            );
            verdict::fail(NOT_EVERYBODY, why);
        }
    };
    let newcomer = named(PEOPLE + 1);
    let before = looks.get();
    verdict::equal(NOT_EVERYBODY, true, windows.open(newcomer.clone()));
    looked("One more comes", before);
    let before = looks.get();
    verdict::equal(NOT_EVERYBODY, false, windows.open(newcomer.clone()));
    looked("She opens a second window", before);
    windows.close(&newcomer);
    let before = looks.get();
    verdict::equal(NOT_EVERYBODY, true, windows.close(&newcomer));
    looked("She closes the last of her windows", before);
}
