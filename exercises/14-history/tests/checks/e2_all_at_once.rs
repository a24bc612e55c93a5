//! The waits of ten thousand clients.

use std::panic;

use wiretap::verdict::{self, Rule};

use crate::subject::e2_all_at_once::{BASE, FIRST, MAX, wait};

const SPREAD: Rule = Rule::new(
    "RFC 6455 §7.2.3",
    "Clients that were cut at the same instant do not come back at the same instant.",
);
const FIRST_WAIT: Rule = Rule::new(
    "RFC 6455 §7.2.3",
    "All of the first wait is chance: anything from 0 to 5 seconds.",
);
const DOUBLES: Rule = Rule::new(
    "RFC 6455 §7.2.3",
    "Later waits are increasingly longer: each length is twice the one before.",
);
const HALF: Rule = Rule::new(
    "the exercise",
    "A later wait is between a half of its length and the whole.",
);
const TRUNCATED: Rule = Rule::new(
    "RFC 6455 §7.2.3",
    "The doubling ends at a maximum, and no wait is longer.",
);

const DEFINED: Rule =
    Rule::new("the exercise", "The wait is defined for every attempt.");

const CLIENTS: u32 = 10_000;

/// The waits of all clients before this attempt, the shortest first. Their chances are all
/// different.
fn waits(attempt: u32) -> Vec<f64> {
    let chance = |client| f64::from(client) / f64::from(CLIENTS);
    let mut waits: Vec<f64> = (0..CLIENTS)
        .map(|client| wait(attempt, chance(client)))
        .collect();
    waits.sort_unstable_by(f64::total_cmp);
    waits
}

/// How many come within the fullest 50 milliseconds.
fn busiest(waits: &[f64]) -> usize {
    let from = |start: usize| {
        let end = waits.partition_point(|wait| *wait < waits[start] + 50.0);
        end - start
    };
    (0..waits.len()).map(from).max().unwrap_or(0)
}

#[test]
fn nobody_comes_together() {
    for attempt in [20, 8, 7, 6, 5, 4, 3, 2, 1, 0] {
        let waits = waits(attempt);
        if waits.first() == waits.last() {
            let why = format!(
                "Before attempt {attempt} every one of {CLIENTS} clients waits {} ms, \
                 whatever its chance. They come together, again and again.",
                waits[0]
            );
            verdict::fail(SPREAD, why);
        }
        // Over half a second, 50 ms have a tenth of them.
        let busiest = busiest(&waits);
        if busiest > 1_500 {
            let why = format!(
                "Before attempt {attempt}, {busiest} of {CLIENTS} clients come within \
                 50 ms of each other."
            );
            verdict::fail(SPREAD, why);
        }
    }
}

#[test]
fn the_first_wait() {
    let waits = waits(0);
    if waits[0] > 100.0 {
        let why = format!("The shortest of them is {} ms.", waits[0]);
        verdict::fail(FIRST_WAIT, why);
    }
    verdict::equal(FIRST_WAIT, 0.0, wait(0, 0.0));
    verdict::equal(FIRST_WAIT, FIRST / 4.0, wait(0, 0.25));
    verdict::equal(FIRST_WAIT, FIRST / 2.0, wait(0, 0.5));
}

#[test]
fn the_waits_after_it() {
    let mut length = BASE;
    for attempt in 1..12 {
        let (shortest, longest) = (wait(attempt, 0.0), wait(attempt, 0.999_999));
        if longest > length {
            let why = format!(
                "Before attempt {attempt} you wait up to {longest:.0} ms, and the length \
                 is {length}."
            );
            verdict::fail(if length < MAX { HALF } else { TRUNCATED }, why);
        }
        if longest.round() < length - 1.0 {
            let why = format!(
                "Before attempt {attempt} you wait {longest:.0} ms at most, and the length \
                 is {length}."
            );
            verdict::fail(DOUBLES, why);
        }
        for (chance, waited, due) in [
            (0.0, shortest, length / 2.0),
            (0.5, wait(attempt, 0.5), length * 0.75),
        ] {
            if (waited - due).abs() > 1.0 {
                let why = format!(
                    "Before attempt {attempt}, at chance {chance}, you wait {waited} ms. \
                     The length is {length}, and the wait {due}."
                );
                verdict::fail(HALF, why);
            }
        }
        length = (length * 2.0).min(MAX);
    }
    // Numbers at which a sum, a shift, a power or a change of type may go wrong.
    for attempt in [20, 33, 65, 100, 1_026, 1 << 31, u32::MAX] {
        for chance in [0.0, 0.5] {
            let Ok(waited) = panic::catch_unwind(|| wait(attempt, chance)) else {
                let why =
                    format!("Before attempt {attempt} you do not wait, but panic.");
                verdict::fail(DEFINED, why);
            };
            let expected = MAX / 2.0 + MAX / 2.0 * chance;
            if (waited - expected).abs() > 1.0 || waited.is_nan() {
                let why = format!(
                    "Before attempt {attempt}, at chance {chance}, you wait {waited} ms. \
                     By then the length is {MAX} long since, and the wait {expected}."
                );
                verdict::fail(TRUNCATED, why);
            }
        }
    }
}
