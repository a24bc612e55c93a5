//! Drains: long ones, short ones, and such during which people leave.

use std::panic;
use std::time::Duration;

use wiretap::verdict::{self, Rule};

use crate::subject::e3_not_all_at_once::due;

const SPREAD: Rule = Rule::new(
    "chapter 16",
    "Connections are closed evenly over the time of the drain.",
);
const UP: Rule = Rule::new("the exercise", "Nobody is closed before their time.");
const LEFT: Rule =
    Rule::new("the exercise", "Who has left by themselves is gone, too.");
const ALL: Rule =
    Rule::new("chapter 16", "When the time is over, all have been closed.");
const DEFINED: Rule = Rule::new(
    "the exercise",
    "There is an answer for each number and each time.",
);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// As `due`, with a word about a panic.
fn asked(at_start: usize, open: usize, elapsed: Duration, over: Duration) -> usize {
    panic::catch_unwind(|| due(at_start, open, elapsed, over)).unwrap_or_else(|_| {
        let why = format!(
            "{open} of {at_start} are open, {elapsed:?} of {over:?} have passed, and you \
             panic."
        );
        verdict::fail(DEFINED, why)
    })
}

fn expect(rule: Rule, wanted: usize, case: (usize, usize, u64, u64), why: &str) {
    let (at_start, open, elapsed, over) = case;
    let got = asked(at_start, open, ms(elapsed), ms(over));
    if got != wanted {
        let why = format!(
            "{open} of {at_start} are open, {elapsed} of {over} ms have passed: {wanted} are \
             due, and you say {got}. {why}"
        );
        verdict::fail(rule, why);
    }
}

#[test]
fn ten_thousand_over_ten_seconds() {
    let mut open = 10_000;
    let mut most = 0;
    for elapsed in (0..=10_000).step_by(100) {
        let now = asked(10_000, open, ms(elapsed), ms(10_000));
        if now > open {
            let why = format!("{open} are open at {elapsed} ms, and {now} are closed.");
            verdict::fail(DEFINED, why);
        }
        most = most.max(now);
        open -= now;
        let due_by_now = 10_000 - usize::try_from(elapsed).expect("it fits");
        if open > due_by_now {
            let why = format!("{open} are open at {elapsed} ms: too many.");
            verdict::fail(SPREAD, why);
        }
        if open < due_by_now {
            let why =
                format!("Only {open} are open at {elapsed} ms: you are in a hurry.");
            verdict::fail(SPREAD, why);
        }
    }
    verdict::equal(SPREAD, 100, most);
    verdict::equal(ALL, 0, open);
}

#[test]
fn no_whole_number() {
    expect(UP, 0, (3, 3, 0, 1_000), "No time has passed.");
    expect(
        UP,
        0,
        (3, 3, 333, 1_000),
        "A third of them is due after a third of the time.",
    );
    expect(UP, 1, (3, 3, 334, 1_000), "");
    expect(UP, 1, (3, 2, 667, 1_000), "");
    expect(
        UP,
        0,
        (3, 1, 999, 1_000),
        "The last one has its whole time.",
    );
    expect(UP, 1, (3, 1, 1_000, 1_000), "");
    expect(
        UP,
        0,
        (1, 1, 999, 1_000),
        "The only one has its whole time.",
    );
}

#[test]
fn people_leave() {
    expect(
        LEFT,
        0,
        (100, 40, 500, 1_000),
        "Sixty have left; the half was due.",
    );
    expect(LEFT, 0, (100, 0, 500, 1_000), "All have left.");
    expect(LEFT, 10, (100, 60, 500, 1_000), "");
    expect(LEFT, 1, (100, 51, 500, 1_000), "");
    expect(LEFT, 0, (100, 50, 500, 1_000), "");
}

#[test]
fn there_is_no_time_any_more() {
    expect(ALL, 7, (100, 7, 1_000, 1_000), "");
    expect(
        ALL,
        7,
        (100, 7, 5_000, 1_000),
        "The time was over long since.",
    );
    expect(ALL, 100, (100, 100, 0, 0), "There is no time at all.");
    expect(ALL, 0, (0, 0, 0, 0), "");
    expect(ALL, 0, (0, 0, 500, 1_000), "");
    let hours = Duration::from_secs(10 * 3600);
    let many = 4_000_000_000;
    let now = asked(many, many, hours / 2, hours);
    verdict::equal(DEFINED, many / 2, now);
}
