//! Names, no names, and names that look different.

use std::collections::HashSet;

use wiretap::verdict::{self, Rule};

use crate::subject::e2_nobody::{EMPTY, First, TAKEN, Then, introduce};

const NOBODY: Rule = Rule::new(
    "what a name is for",
    "Who has not said a name has not come, and so they cannot leave.",
);
const REASON: Rule = Rule::new(
    "an answer for everything",
    "Who is refused is told what is wrong with what they said, and nothing is kept of it.",
);
const SAME: Rule =
    Rule::new("what a name is", "Blanks around a name are no part of it.");

fn taken(names: &[&str]) -> HashSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// What is done, and who is there then.
fn introduced(first: First<'_>, there: &[&str]) -> (Then, Vec<String>) {
    let mut taken = taken(there);
    let then = introduce(first, &mut taken);
    let mut taken: Vec<String> = taken.into_iter().collect();
    taken.sort();
    (then, taken)
}

#[test]
fn nobody_does_not_join() {
    let (then, taken) = introduced(First::Gone, &["Ann"]);
    let why = "Everybody reads \" joined.\": the connection has ended, and you give it a name.";
    verdict::mistake(NOBODY, &Then::Joins(String::new()), &then, why);
    verdict::equal(NOBODY, Then::Nothing, then);
    verdict::equal(NOBODY, vec!["Ann"], taken);
}

#[test]
fn an_empty_name_is_refused_for_what_it_is() {
    for empty in ["", "  ", "\t\n"] {
        let (then, taken) = introduced(First::Text(empty), &["Ann"]);
        let why = format!("{empty:?} is no name, and nobody has it.");
        verdict::mistake(REASON, &Then::Refused(TAKEN), &then, why);
        verdict::equal(REASON, Then::Refused(EMPTY), then);
        if !taken.iter().any(|name| name == "Ann") {
            let why = format!(
                "{empty:?} is refused, and now Ann is not in the set: {taken:?}. She is \
                 there, and anybody may take her name."
            );
            verdict::fail(REASON, why);
        }
        if taken.iter().any(|name| name.trim().is_empty()) {
            let why =
                format!("{empty:?} is refused, and kept all the same: {taken:?}.");
            verdict::fail(REASON, why);
        }
        verdict::equal(REASON, vec!["Ann"], taken);
    }
}

#[test]
fn blanks_make_no_other_name() {
    let (then, taken) = introduced(First::Text(" Ann "), &["Ann", "Bob"]);
    if let Then::Joins(name) = &then {
        let why =
            format!("Ann is there, and {name:?} joins: two people look the same.");
        verdict::fail(SAME, why);
    }
    verdict::equal(SAME, Then::Refused(TAKEN), then);
    verdict::equal(SAME, vec!["Ann", "Bob"], taken);
    let (then, taken) = introduced(First::Text("\tCleo de Nile\n"), &["Ann"]);
    verdict::equal(SAME, Then::Joins("Cleo de Nile".to_owned()), then);
    verdict::equal(SAME, vec!["Ann", "Cleo de Nile"], taken);
}
