//! A reader that is quick, one that is slow, and one that is both in turn.

use wiretap::verdict::{self, Rule};

use crate::subject::e1_drop_the_oldest::{Next, Outbox};

const ORDER: Rule = Rule::new(
    "chapter 13",
    "Who keeps up gets every message, once and in its order.",
);
const BOUND: Rule = Rule::new(
    "chapter 13",
    "No more messages wait than there is room for: the one that has waited longest goes.",
);
const TOLD: Rule = Rule::new(
    "chapter 13",
    "What is missing is counted, and told once, before what stands behind it.",
);

fn filled(capacity: usize, messages: std::ops::RangeInclusive<u64>) -> Outbox {
    let mut outbox = Outbox::new(capacity);
    messages.for_each(|message| outbox.put(message));
    outbox
}

/// All that is to be had. Whoever gives more than a thousand never ends.
fn all(outbox: &mut Outbox) -> Vec<Next> {
    let taken: Vec<Next> = std::iter::from_fn(|| outbox.take()).take(1000).collect();
    if taken.len() == 1000 {
        verdict::fail(
            TOLD,
            "Your `take` gives without end, though nothing is put.",
        );
    }
    taken
}

fn messages(taken: &[Next]) -> Vec<u64> {
    let message = |next: &Next| match next {
        Next::Message(number) => Some(*number),
        Next::Dropped(_) => None,
    };
    taken.iter().filter_map(message).collect()
}

#[test]
fn a_quick_reader_gets_everything() {
    let mut outbox = Outbox::new(3);
    for round in 0..10 {
        let first = round * 3 + 1;
        (first..first + 3).for_each(|message| outbox.put(message));
        let expected: Vec<Next> = (first..first + 3).map(Next::Message).collect();
        let taken = all(&mut outbox);
        if taken.len() < 3 {
            let why = format!("Three messages had room for three, and {taken:?} came.");
            verdict::fail(ORDER, why);
        }
        verdict::equal(ORDER, expected, taken);
    }
    verdict::equal(ORDER, None, outbox.take());
}

#[test]
fn the_newest_are_kept() {
    let taken = all(&mut filled(3, 1..=8));
    let kept = messages(&taken);
    if kept.first() == Some(&1) {
        let why = format!(
            "Of eight messages you have kept {kept:?}. A reader that comes back wants to \
             know what is said now, and not what was said first."
        );
        verdict::fail(BOUND, why);
    }
    if kept.len() > 3 {
        let why = format!("There is room for three, and {} have waited.", kept.len());
        verdict::fail(BOUND, why);
    }
    verdict::equal(BOUND, vec![6, 7, 8], kept);
}

#[test]
fn what_is_missing_is_told_first() {
    let taken = all(&mut filled(3, 1..=8));
    if !taken.iter().any(|next| matches!(next, Next::Dropped(_))) {
        let why = "Five messages are missing, and the reader is not told. It believes that \
                   it has heard everything.";
        verdict::fail(TOLD, why);
    }
    if matches!(taken.last(), Some(Next::Dropped(_))) {
        let why = "Your notice comes last. By then the reader has shown the messages \
                   behind the gap as if there were none.";
        verdict::fail(TOLD, why);
    }
    let expected = [5].map(Next::Dropped).into_iter();
    let expected: Vec<Next> = expected.chain([6, 7, 8].map(Next::Message)).collect();
    verdict::equal(TOLD, expected, taken);
}

#[test]
fn each_gap_has_a_count_of_its_own() {
    let mut outbox = filled(2, 1..=4);
    verdict::equal(TOLD, Some(Next::Dropped(2)), outbox.take());
    verdict::equal(TOLD, Some(Next::Message(3)), outbox.take());
    (5..=6).for_each(|message| outbox.put(message));
    let next = outbox.take();
    if next == Some(Next::Dropped(3)) {
        let why = "The second notice counts what the first has told already.";
        verdict::fail(TOLD, why);
    }
    verdict::equal(TOLD, Some(Next::Dropped(1)), next);
    let expected = vec![Next::Message(5), Next::Message(6)];
    verdict::equal(TOLD, expected, all(&mut outbox));
}

#[test]
fn nothing_is_missing_unsaid() {
    for capacity in 1..5 {
        for pause in 1..7 {
            let mut outbox = Outbox::new(capacity);
            let mut heard = 0;
            for message in 1..=40 {
                outbox.put(message);
                if message % pause != 0 {
                    continue;
                }
                for next in all(&mut outbox) {
                    heard += match next {
                        Next::Dropped(count) => count,
                        Next::Message(number) => {
                            verdict::equal(TOLD, heard + 1, number);
                            1
                        }
                    };
                }
            }
        }
    }
}
