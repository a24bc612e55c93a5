//! What happens to two messages, in every order in which it can happen.

use wiretap::verdict::{self, Rule};

use crate::subject::e3_shown_once::{Line, View};

const ONCE: Rule = Rule::new(
    "chapter 19",
    "What you have said is shown once, from the moment at which you say it.",
);
const ORDER: Rule = Rule::new(
    "chapter 19",
    "Entries stand in the order of their numbers, and what has none yet behind them.",
);
const ACCEPTED: Rule = Rule::new(
    "chapter 19",
    "What is accepted is an entry, whether it has been heard or not.",
);
const OWN_ID: Rule = Rule::new("chapter 14", "An id is its author's own.");
const REFUSED: Rule = Rule::new(
    "the exercise",
    "What is refused says so, unless it is an entry.",
);

fn entry(number: u64, text: &str) -> Line {
    Line::Entry(number, text.to_owned())
}

fn sending(text: &str) -> Line {
    Line::Sending(text.to_owned())
}

fn refused(text: &str) -> Line {
    Line::Refused(text.to_owned())
}

#[test]
fn a_message_is_said_heard_and_accepted() {
    for accepted_first in [false, true] {
        let mut view = View::default();
        view.heard(1, false, 9, "hello");
        view.said(7, "hi");
        verdict::equal(ONCE, vec![entry(1, "hello"), sending("hi")], view.lines());
        let both = vec![entry(1, "hello"), entry(2, "hi")];
        for step in 0..2 {
            if accepted_first == (step == 0) {
                view.accepted(7, 2);
            } else {
                view.heard(2, true, 7, "hi");
            }
            let lines = view.lines();
            let why = match accepted_first {
                true => "It was accepted as number 2, and then heard as number 2.",
                false => "It was heard as number 2, and is on its way as well.",
            };
            let twice = lines.len() > 2;
            if twice {
                verdict::fail(ONCE, format!("{lines:?}. {why}"));
            }
            if step == 0 && accepted_first {
                let why = "It was accepted, and is shown as if nobody knew.";
                let still = vec![entry(1, "hello"), sending("hi")];
                verdict::mistake(ACCEPTED, still, lines.clone(), why);
                let why = "It was accepted, and nobody has heard it: where is it?";
                verdict::mistake(ACCEPTED, vec![entry(1, "hello")], lines.clone(), why);
            }
            verdict::equal(ONCE, both.clone(), lines);
        }
    }
}

#[test]
fn numbers_and_what_has_none() {
    let mut view = View::default();
    view.said(7, "a");
    view.said(8, "b");
    view.heard(5, false, 1, "five");
    view.heard(3, false, 2, "three");
    let wanted = vec![
        entry(3, "three"),
        entry(5, "five"),
        sending("a"),
        sending("b"),
    ];
    verdict::equal(ORDER, wanted, view.lines());
    view.accepted(8, 4);
    let wanted = vec![
        entry(3, "three"),
        entry(4, "b"),
        entry(5, "five"),
        sending("a"),
    ];
    verdict::equal(ORDER, wanted, view.lines());
    // After a cut, everything is told once more.
    for (number, text) in [(3, "three"), (4, "b"), (5, "five")] {
        view.heard(number, number == 4, if number == 4 { 8 } else { 1 }, text);
    }
    view.accepted(8, 4);
    verdict::equal(ONCE, 4, view.lines().len());
}

#[test]
fn somebody_else_uses_the_same_id() {
    let mut view = View::default();
    view.said(7, "mine");
    view.heard(1, false, 7, "theirs");
    let lost = vec![entry(1, "theirs")];
    let why = "Somebody else calls a message 7, and yours is gone.";
    verdict::mistake(OWN_ID, lost, view.lines(), why);
    let both = vec![entry(1, "theirs"), sending("mine")];
    verdict::equal(OWN_ID, both, view.lines());
    view.accepted(7, 2);
    let both = vec![entry(1, "theirs"), entry(2, "mine")];
    verdict::equal(OWN_ID, both, view.lines());
}

#[test]
fn the_server_does_not_want_it() {
    let mut view = View::default();
    view.said(7, "a");
    view.said(8, "b");
    view.refused(7);
    let wanted = vec![refused("a"), sending("b")];
    let why = "It was refused, and vanishes: its author believes that it was said.";
    verdict::mistake(REFUSED, vec![sending("b")], view.lines(), why);
    verdict::equal(REFUSED, wanted, view.lines());
    // The first attempt had arrived, and only its answer was lost.
    view.heard(1, true, 7, "a");
    verdict::equal(ONCE, vec![entry(1, "a"), sending("b")], view.lines());
    view.accepted(8, 2);
    for _ in 0..2 {
        view.refused(8);
        view.refused(7);
        let wanted = vec![entry(1, "a"), entry(2, "b")];
        let why = "An entry is refused afterwards. Everybody can read it.";
        let lines = view.lines();
        if lines.iter().any(|line| matches!(line, Line::Refused(_))) {
            verdict::fail(REFUSED, format!("{lines:?}. {why}"));
        }
        verdict::equal(REFUSED, wanted, lines);
    }
}

/// What can happen to the two messages of the last check.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Happens {
    Said(u64),
    Accepted(u64),
    Heard(u64),
    HeardFromBob,
}

/// All orders of what is left.
fn orders(left: &[Happens]) -> Vec<Vec<Happens>> {
    if left.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in left.iter().enumerate() {
        let mut rest = left.to_vec();
        rest.remove(at);
        all.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, *first);
            order
        }));
    }
    all
}

/// Whether it can come about: 1 is said before 2, and nothing is known of what is not said.
fn possible(order: &[Happens]) -> bool {
    let at = |what| order.iter().position(|it| *it == what);
    let said = |id| at(Happens::Said(id));
    said(1) < said(2)
        && [1, 2].into_iter().all(|id| {
            said(id) < at(Happens::Accepted(id)) && said(id) < at(Happens::Heard(id))
        })
}

fn text(id: u64) -> &'static str {
    if id == 1 { "one" } else { "two" }
}

/// How often a text is on the screen.
fn times(lines: &[Line], text: &str) -> usize {
    let shows = |line: &&Line| {
        let (Line::Entry(_, words) | Line::Sending(words) | Line::Refused(words)) =
            line;
        words == text
    };
    lines.iter().filter(shows).count()
}

/// Lets it all happen, and looks at the screen each time.
fn played(order: &[Happens]) -> Vec<Line> {
    let mut view = View::default();
    let mut said = Vec::new();
    for happens in order {
        match *happens {
            Happens::Said(id) => {
                view.said(id, text(id));
                said.push(id);
            }
            // They are numbers 4 and 6; Bob's is 5.
            Happens::Accepted(id) => view.accepted(id, 2 + 2 * id),
            Happens::Heard(id) => view.heard(2 + 2 * id, true, id, text(id)),
            Happens::HeardFromBob => view.heard(5, false, 1, "bob's"),
        }
        let lines = view.lines();
        for id in &said {
            let (text, times) = (text(*id), times(&lines, text(*id)));
            if times != 1 {
                let why = format!(
                    "When this has happened, {order:?}, up to {happens:?}, \"{text}\" is \
                     shown {times} times."
                );
                verdict::fail(ONCE, why);
            }
        }
    }
    view.lines()
}

#[test]
fn every_order() {
    use Happens::{Accepted, Heard, HeardFromBob, Said};
    let own = [
        Said(1),
        Said(2),
        Accepted(1),
        Accepted(2),
        Heard(1),
        Heard(2),
    ];
    let all = [&own[..], &[HeardFromBob]].concat();
    for order in orders(&all).into_iter().filter(|order| possible(order)) {
        let lines = played(&order);
        let wanted = vec![entry(4, "one"), entry(5, "bob's"), entry(6, "two")];
        if lines != wanted {
            let why = format!("After {order:?} it shows {lines:?}.");
            verdict::fail(ORDER, why);
        }
    }
}
