//! Requests that come once, twice, too early, and too long.

use std::panic::{self, AssertUnwindSafe};

use wiretap::verdict::{self, Rule};

use crate::subject::e2_from_where_you_were::{Gap, Inbox, ROOM};

const ONCE: Rule = Rule::new("chapter 19", "Each message is taken once, and in order.");
const GAP: Rule = Rule::new(
    "chapter 19",
    "When messages are missing, nothing is taken, and the one that is expected is named.",
);
const ROOM_FOR: Rule = Rule::new(
    "chapter 19",
    "No more than ROOM messages wait, and what has no room will come again.",
);
const LAST: Rule = Rule::new(
    "the exercise",
    "The answer is the number of the last message that was taken so far.",
);
const ANYTHING: Rule =
    Rule::new("the exercise", "Nothing in a request makes it panic.");

fn heard(inbox: &mut Inbox) -> Vec<String> {
    std::iter::from_fn(|| inbox.hear()).collect()
}

fn say(inbox: &mut Inbox, first: u64, messages: &[&str]) -> Result<u64, Gap> {
    let asked = AssertUnwindSafe(|| inbox.say(first, messages));
    panic::catch_unwind(asked).unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let why = format!("Messages from {first} on, {messages:?}: {words}");
        verdict::fail(ANYTHING, why)
    })
}

#[test]
fn a_request_comes_twice() {
    let mut inbox = Inbox::default();
    verdict::equal(LAST, Ok(2), say(&mut inbox, 1, &["one", "two"]));
    let again = say(&mut inbox, 1, &["one", "two"]);
    verdict::mistake(
        LAST,
        Err(Gap { expected: 3 }),
        again,
        "The client has had no answer: it needs one now, and not a refusal.",
    );
    let all = heard(&mut inbox);
    if all.len() > 2 {
        let why = format!("One request came twice, and {all:?} is heard.");
        verdict::fail(ONCE, why);
    }
    verdict::equal(ONCE, vec!["one", "two"], all);
    verdict::equal(LAST, Ok(2), again);
    verdict::equal(LAST, Ok(3), say(&mut inbox, 3, &["three"]));
    verdict::equal(LAST, Ok(3), say(&mut inbox, 1, &["one"]));
    verdict::equal(ONCE, vec!["three"], heard(&mut inbox));
}

#[test]
fn old_and_new_ones_in_a_request() {
    let mut inbox = Inbox::default();
    verdict::equal(LAST, Ok(2), say(&mut inbox, 1, &["one", "two"]));
    let answer = say(&mut inbox, 2, &["two", "three", "four"]);
    let all = heard(&mut inbox);
    if all.len() < 4 {
        let why = format!(
            "1 and 2 were taken, and a request holds 2, 3 and 4. Heard is {all:?}: what was new \
             in it is lost."
        );
        verdict::fail(ONCE, why);
    }
    verdict::equal(ONCE, vec!["one", "two", "three", "four"], all);
    verdict::equal(LAST, Ok(4), answer);
    verdict::equal(LAST, Ok(4), say(&mut inbox, 5, &[]));
    verdict::equal(LAST, Ok(4), say(&mut inbox, 1, &[]));
}

#[test]
fn one_is_missing() {
    let mut inbox = Inbox::default();
    let early = say(&mut inbox, 2, &["two"]);
    if early.is_ok() {
        let why = "Number 2 comes first, and is taken. When number 1 comes, where does it go?";
        verdict::fail(GAP, why);
    }
    verdict::equal(GAP, Err(Gap { expected: 1 }), early);
    verdict::equal(LAST, Ok(1), say(&mut inbox, 1, &["one"]));
    for first in [3, 1_000, u64::MAX] {
        let early = say(&mut inbox, first, &["late", "later"]);
        verdict::equal(GAP, Err(Gap { expected: 2 }), early);
    }
    let zero = say(&mut inbox, 0, &["zero", "one", "two"]);
    verdict::equal(GAP, Err(Gap { expected: 2 }), zero);
    verdict::equal(ONCE, vec!["one"], heard(&mut inbox));
}

#[test]
fn there_is_no_room() {
    let texts: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut inbox = Inbox::default();
    let answer = say(&mut inbox, 1, &texts);
    let why = "There is room for eight. If none is taken, none ever will be: the request does \
               not get shorter.";
    verdict::mistake(ROOM_FOR, Ok(0), answer, why);
    let why = "They have not all been taken, and the client will not send them again.";
    verdict::mistake(ROOM_FOR, Ok(20), answer, why);
    verdict::equal(ROOM_FOR, Ok(8), answer);
    verdict::equal(ROOM_FOR, Ok(8), say(&mut inbox, 9, &texts[8..]));
    for number in 1..=5 {
        verdict::equal(ONCE, Some(number.to_string()), inbox.hear());
    }
    verdict::equal(ROOM_FOR, Ok(13), say(&mut inbox, 1, &texts));
    let waiting = heard(&mut inbox);
    if waiting.len() > ROOM {
        let why = format!("{} messages wait.", waiting.len());
        verdict::fail(ROOM_FOR, why);
    }
    verdict::equal(ONCE, texts[5..13].to_vec(), waiting);
    verdict::equal(ROOM_FOR, Ok(20), say(&mut inbox, 14, &texts[13..]));
    verdict::equal(ONCE, texts[13..].to_vec(), heard(&mut inbox));
}

/// A network that loses requests and answers, and repeats requests: what is heard of 60
/// messages that a client says over it until it knows that all were taken.
fn heard_over_a_bad_network(seed: u64, texts: &[&str]) -> Vec<String> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut inbox = Inbox::default();
    let (mut known, mut all) = (0, Vec::new());
    let mut old: Vec<(u64, Vec<&str>)> = Vec::new();
    // Each time it gets one further with a chance of a half, so this is more than enough.
    for _ in 0..2_000 {
        let until = texts.len().min(known + chance.usize(1..=12));
        let request = (known as u64 + 1, texts[known..until].to_vec());
        if chance.u8(..4) > 0 {
            let answer = say(&mut inbox, request.0, &request.1);
            if chance.u8(..3) > 0 {
                let Ok(last) = answer else {
                    let why = format!("Seed {seed}: {answer:?}, and there is no gap.");
                    verdict::fail(GAP, why);
                };
                known = usize::try_from(last).expect("it fits").min(texts.len());
            }
        }
        old.push(request);
        if chance.u8(..5) == 0 {
            // A proxy sends an old one once more.
            let (first, messages) = &old[chance.usize(..old.len())];
            let _ = say(&mut inbox, *first, messages);
        }
        if chance.bool() {
            all.extend(inbox.hear());
        }
        if known == texts.len() {
            break;
        }
    }
    all.extend(heard(&mut inbox));
    all
}

#[test]
fn a_network_that_loses_and_repeats() {
    let texts: Vec<String> = (1..=60).map(|number| number.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for seed in 0..100 {
        let all = heard_over_a_bad_network(seed, &texts);
        if all != texts {
            let same = all.iter().zip(&texts).take_while(|(a, b)| a == b).count();
            let why = format!(
                "Seed {seed}: 60 messages were said, {} were heard, and the first {same} are \
                 as they should be.",
                all.len()
            );
            verdict::fail(ONCE, why);
        }
    }
}
