//! The chapter's outbox, in six scenes.

use std::sync::Arc;

use backpressure::{Capacity, Next, Outbox, Parcel, Policy};
use chat::protocol::{Name, Presence, Room, ServerMessage, Text, VERSION};
use wiretap::verdict::{self, Rule};

use crate::subject::e3_what_is_left::prediction;

const OLDEST: Rule = Rule::new(
    "chapter 13",
    "What has waited longest is dropped, and a notice with the count stands in its place.",
);
const CLOSE: Rule = Rule::new(
    "chapter 13",
    "With the policy close, too much is the end: nothing is kept for who is sent away.",
);
const NEWEST: Rule = Rule::new(
    "chapter 13",
    "Of a person's presence only the newest waits, behind what has happened before it.",
);
const LATE: Rule = Rule::new(
    "chapter 13",
    "That somebody types is worth nothing when it is late: it makes room for the rest.",
);
const ONCE: Rule = Rule::new(
    "chapter 13",
    "A notice is told once. What goes missing after it is counted anew.",
);
const ANSWERS: Rule = Rule::new("chapter 13", "Answers are never dropped.");

fn room() -> Room {
    Room::new("r").expect("a room")
}

fn name(name: &str) -> Name {
    Name::new(name).expect("a name")
}

fn parcel(word: &str) -> Arc<Parcel> {
    let (room, words) = (room(), word.split_once(' '));
    Parcel::new(&match (word, words) {
        ("welcome", _) => ServerMessage::Welcome {
            version: VERSION,
            name: name("me"),
        },
        ("joined", _) => ServerMessage::Joined {
            room,
            seq: 0,
            members: Vec::new(),
        },
        (_, Some((who, "types"))) => ServerMessage::Typing {
            room,
            name: name(who),
        },
        (_, Some((who, state))) => ServerMessage::Presence {
            room,
            name: name(who),
            state: match state {
                "here" => Presence::Here,
                _ => Presence::Gone,
            },
        },
        (text, None) => ServerMessage::Message {
            room,
            seq: text.parse().expect("a number"),
            name: name("ann"),
            text: Text::new(text).expect("a text"),
            id: None,
        },
    })
}

/// A scene's words by their frames, so that what comes out can be named.
fn played(policy: Policy, acts: &[&[&str]]) -> Vec<String> {
    let capacity = Capacity {
        frames: 3,
        bytes: usize::MAX,
    };
    let outbox = Outbox::new(capacity, policy);
    let known: Vec<(&str, Arc<Parcel>)> = acts
        .concat()
        .into_iter()
        .map(|word| (word, parcel(word)))
        .collect();
    let in_words = |next| match next {
        Next::Dropped { count, .. } => format!("{count} missing"),
        Next::Parcel(taken) => {
            let word = known.iter().find(|(_, parcel)| *parcel == taken);
            word.expect("it was put").0.to_owned()
        }
    };
    let mut heard = Vec::new();
    for (number, act) in acts.iter().enumerate() {
        if number > 0 {
            heard.extend((0..2).filter_map(|_| outbox.take()).map(in_words));
        }
        act.iter().for_each(|word| outbox.put(&parcel(word)));
    }
    heard.extend(std::iter::from_fn(|| outbox.take()).map(in_words));
    if outbox.has_overflowed() {
        heard.push("closed".to_owned());
    }
    heard
}

fn compare(
    rule: Rule,
    scene: usize,
    policy: Policy,
    acts: &[&[&str]],
    mistakes: &[(&[&str], &str)],
) {
    let yours = prediction()[scene];
    for (wrong, why) in mistakes {
        verdict::mistake(rule, *wrong, yours, why);
    }
    verdict::equal(rule, played(policy, acts), yours);
}

#[test]
fn scene_1_five_messages_for_three() {
    let mistakes: &[(&[&str], &str)] = &[
        (
            &["1", "2", "3"],
            "Those would be the oldest: they are what is dropped.",
        ),
        (
            &["1", "2", "3", "2 missing"],
            "Those would be the oldest: they are what is dropped.",
        ),
        (
            &["3", "4", "5"],
            "And who tells the reader that two are missing?",
        ),
        (
            &["3", "4", "5", "2 missing"],
            "The notice stands where the messages are missing.",
        ),
    ];
    let acts: &[&[&str]] = &[&["1", "2", "3", "4", "5"]];
    compare(OLDEST, 0, Policy::DropOldest, acts, mistakes);
}

#[test]
fn scene_2_four_messages_and_a_close() {
    let mistakes: &[(&[&str], &str)] = &[(
        &["1", "2", "3", "closed"],
        "What waited is thrown away at once: a reader that does not read would keep it for \
         nothing. It asks for it when it is back.",
    )];
    let acts: &[&[&str]] = &[&["1", "2", "3", "4"]];
    compare(CLOSE, 1, Policy::Close, acts, mistakes);
}

#[test]
fn scene_3_coming_and_going() {
    let mistakes: &[(&[&str], &str)] = &[
        (
            &["closed"],
            "Four were put, and never more than three have waited.",
        ),
        (
            &["ann gone", "1", "bob here"],
            "It replaces what was known before, and happens now: behind the message.",
        ),
        (
            &["1", "bob here"],
            "The reader may have known ann from before: that she is gone has to be told.",
        ),
    ];
    let acts: &[&[&str]] = &[&["ann here", "1", "bob here", "ann gone"]];
    compare(NEWEST, 2, Policy::Close, acts, mistakes);
}

#[test]
fn scene_4_two_who_type() {
    let mistakes: &[(&[&str], &str)] = &[
        (
            &["closed"],
            "There is something that may go before anybody has to.",
        ),
        (
            &["2 missing", "1", "2", "3"],
            "Nobody misses that: it is not counted.",
        ),
    ];
    let acts: &[&[&str]] = &[&["1", "ann types", "bob types", "2", "3"]];
    compare(LATE, 3, Policy::Close, acts, mistakes);
}

#[test]
fn scene_5_two_gaps() {
    let mistakes: &[(&[&str], &str)] = &[
        (
            &["1 missing", "2", "3 missing", "5", "6", "7"],
            "The first notice has told of one of these three.",
        ),
        (
            &["1 missing", "2", "1 missing", "5", "6", "7"],
            "When the reader has taken message 2, two wait, and there is room for one more. \
             Which messages have to go for 6 and for 7?",
        ),
    ];
    let acts: &[&[&str]] = &[&["1", "2", "3", "4"], &["5", "6", "7"]];
    compare(ONCE, 4, Policy::DropOldest, acts, mistakes);
}

#[test]
fn scene_6_answers() {
    let mistakes: &[(&[&str], &str)] = &[
        (
            &["2 missing", "1", "2", "3"],
            "Who has asked waits for the answer: it is never dropped.",
        ),
        (
            &["2 missing", "welcome", "joined", "3"],
            "The messages were put behind the answers, and that is where they are missing.",
        ),
        (
            &["closed"],
            "As long as there is a message, that is what goes.",
        ),
    ];
    let acts: &[&[&str]] = &[&["welcome", "joined", "1", "2", "3"]];
    compare(ANSWERS, 5, Policy::DropOldest, acts, mistakes);
}
