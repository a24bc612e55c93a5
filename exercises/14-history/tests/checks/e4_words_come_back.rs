//! What is said again when the answers were lost, and what comes of it.

use wiretap::verdict::{self, Rule};

use crate::subject::e4_words_come_back::{Act, Answer, Log, Post};

const AGAIN: Rule = Rule::new(
    "chapter 14",
    "What its author says again, with the same id, is accepted under the number that it \
     has, and nothing is added.",
);
const IN_USE: Rule = Rule::new(
    "chapter 14",
    "An id that its author has used for something else is refused: what is accepted is kept.",
);
const OWN: Rule = Rule::new("chapter 14", "An id is its author's own.");
const FREE: Rule = Rule::new("the exercise", "A post that is refused uses up no id.");

fn post(author: &'static str, id: &'static str, act: Act) -> Post {
    Post { author, id, act }
}

fn ada(id: &'static str, act: Act) -> Post {
    post("ada", id, act)
}

/// Ada's message and what she does with it, each accepted.
fn log(acts: &[Post]) -> Log {
    let mut log = Log::default();
    for (at, act) in acts.iter().enumerate() {
        let rule = Rule::new("chapter 14", "What is allowed and new is added.");
        verdict::equal(rule, Answer::Accepted(at + 1), log.append(act.clone()));
    }
    log
}

/// Says something again that has this number.
fn say_again(log: &mut Log, number: usize, post: &Post) {
    let before = log.entries.len();
    let answer = log.append(post.clone());
    if log.entries.len() > before {
        let why = format!("{post:?} is number {number}, and it is added once more.");
        verdict::fail(AGAIN, why);
    }
    if answer == Answer::Refused {
        let why = format!(
            "{post:?} is number {number}. Its author is told that it was refused, and it \
             was done."
        );
        verdict::fail(AGAIN, why);
    }
    verdict::equal(AGAIN, Answer::Accepted(number), answer);
}

#[test]
fn two_edits_are_said_again() {
    let acts = [
        ada("c4-1", Act::Say("it leaves from pier 3")),
        ada("c4-2", Act::Edit(1, "pier 4")),
        ada("c4-3", Act::Edit(1, "pier 5")),
    ];
    let mut log = log(&acts);
    log.append(acts[1].clone());
    let why = "The older edit comes again, and its words stand there now. Should the \
               connection be cut before the newer one comes, they stand there for good.";
    verdict::mistake(AGAIN, Some("pier 4"), log.words(1), why);
    verdict::equal(AGAIN, Some("pier 5"), log.words(1));
    for (at, act) in acts.iter().enumerate() {
        say_again(&mut log, at + 1, act);
    }
    verdict::equal(AGAIN, Some("pier 5"), log.words(1));
}

#[test]
fn an_edit_and_a_deletion_are_said_again() {
    let acts = [
        ada("c4-1", Act::Say("it leaves from pier 3")),
        ada("c4-2", Act::Edit(1, "pier 4")),
        ada("c4-3", Act::Delete(1)),
    ];
    let mut log = log(&acts);
    for (at, act) in acts.iter().enumerate() {
        say_again(&mut log, at + 1, act);
    }
    verdict::equal(AGAIN, None, log.words(1));
    let late = log.append(ada("c4-4", Act::Edit(1, "pier 6")));
    verdict::equal(FREE, Answer::Refused, late);
}

#[test]
fn an_id_is_used_for_something_else() {
    let mut log = log(&[ada("1", Act::Say("one"))]);
    for act in [Act::Say("two"), Act::Edit(1, "two"), Act::Delete(1)] {
        let answer = log.append(ada("1", act.clone()));
        if answer == Answer::Accepted(1) {
            let why = format!(
                "{act:?} comes with the id of number 1. It is accepted, and kept by nobody."
            );
            verdict::fail(IN_USE, why);
        }
        if log.entries.len() > 1 {
            let why = format!(
                "{act:?} is added with an id that is in use. When it is said again, which \
                 of the two is it?"
            );
            verdict::fail(IN_USE, why);
        }
        verdict::equal(IN_USE, Answer::IdInUse, answer);
    }
    let bob = |act| post("bob", "1", act);
    let refused = log.append(bob(Act::Delete(1)));
    let why = "Ada has an id \"1\", and so Bob may not have one.";
    verdict::mistake(OWN, Answer::IdInUse, refused, why);
    verdict::equal(FREE, Answer::Refused, refused);
    verdict::equal(FREE, Answer::Accepted(2), log.append(bob(Act::Say("one"))));
}
