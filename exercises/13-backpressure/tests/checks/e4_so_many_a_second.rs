//! Clients that say a lot at once, and one after another.

use wiretap::verdict::{self, Rule};

use crate::subject::e4_so_many_a_second::Account;

const BURST: Rule = Rule::new("chapter 13", "Five may be said at once, and no sixth.");
const AGAIN: Rule = Rule::new(
    "chapter 13",
    "One more may be said for each second that has passed.",
);
const FULL: Rule = Rule::new(
    "chapter 13",
    "After a silence the bucket is full, and no fuller.",
);
const FREE: Rule = Rule::new("chapter 13", "What is refused costs nothing.");

/// How many of so many are allowed at this time.
fn allowed(account: &mut Account, count: usize, now: u64) -> usize {
    (0..count).filter(|_| account.takes(now)).count()
}

/// Says so many at this time, of which so many have to be allowed.
fn assert_allowed(
    rule: Rule,
    expected: usize,
    account: &mut Account,
    count: usize,
    now: u64,
) {
    let got = allowed(account, count, now);
    if got != expected {
        let why = format!(
            "At {now} ms a client says {count} things. You allow {got} of them, and \
             {expected} are due."
        );
        verdict::fail(rule, why);
    }
}

#[test]
fn five_at_once() {
    for start in [0, 7_000] {
        let mut account = Account::default();
        let at_once = allowed(&mut account, 20, start);
        if at_once == 6 || at_once == 4 {
            let why = format!("You allow {at_once}: look at where `<` stands.");
            verdict::fail(BURST, why);
        }
        if at_once != 5 {
            let why = format!(
                "An account is first used at {start} ms, for 20 things. You allow \
                 {at_once}, and five are due: it is full when it is new, whenever that is."
            );
            verdict::fail(BURST, why);
        }
    }
}

#[test]
fn one_more_each_second() {
    let mut account = Account::default();
    let mut now = 60_000;
    assert_allowed(BURST, 5, &mut account, 20, now);
    for _ in 0..10 {
        now += 999;
        if allowed(&mut account, 3, now) > 0 {
            verdict::fail(AGAIN, "Only 999 ms have passed, and you allow one.");
        }
        now += 1;
        let due = allowed(&mut account, 3, now);
        if due == 0 {
            verdict::fail(AGAIN, "A second has passed, and you refuse.");
        }
        if due > 1 {
            let why = format!("One second has passed, and you allow {due}.");
            verdict::fail(AGAIN, why);
        }
    }
}

#[test]
fn a_silence_is_not_saved_up() {
    let mut account = Account::default();
    assert_allowed(BURST, 5, &mut account, 20, 0);
    assert_allowed(AGAIN, 2, &mut account, 20, 2_500);
    let after_an_hour = allowed(&mut account, 10_000, 3_600_000);
    if after_an_hour > 5 {
        let why = format!(
            "After an hour of silence you allow {after_an_hour} at once: the bucket has \
             room for five."
        );
        verdict::fail(FULL, why);
    }
    if after_an_hour < 5 {
        let why = format!("After an hour of silence you allow only {after_an_hour}.");
        verdict::fail(FULL, why);
    }
}

#[test]
fn half_a_second_is_not_lost() {
    let mut account = Account::default();
    assert_allowed(BURST, 5, &mut account, 20, 0);
    assert_allowed(AGAIN, 1, &mut account, 20, 1_500);
    if allowed(&mut account, 20, 2_000) == 0 {
        let why = "Two seconds have passed and one token was taken: the half second that was \
                   left then counts.";
        verdict::fail(AGAIN, why);
    }
}

#[test]
fn what_is_refused_costs_nothing() {
    let mut account = Account::default();
    assert_allowed(BURST, 5, &mut account, 1_000, 0);
    if allowed(&mut account, 1, 1_000) == 0 {
        let why = "995 were refused, and now the client has to wait for each of them.";
        verdict::fail(FREE, why);
    }
}
