//! The minute is played, and its ledger is compared with the prediction.

use std::time::Duration;

use short_polling::scenario::Scenario;
use wiretap::verdict::{self, Rule};
use wiretap::{Ledger, Part, Transcript};

use crate::subject::e3_row::prediction;

const POLLS: Rule =
    Rule::new("chapter 2", "A poll begins at 0 s, and every 2.5 s after.");
const EMPTY: Rule = Rule::new(
    "chapter 2",
    "An answer without an event is an empty one, whatever bytes it has.",
);
const BYTES: Rule = Rule::new(
    "RFC 9112 §2.1",
    "A head is its lines, each ended by CR LF, and an empty line.",
);
const LATENCY: Rule = Rule::new(
    "chapter 2",
    "An event waits for the next poll, and then takes its way to the client.",
);
const FRESH: Rule = Rule::new(
    "RFC 9293 §3.5",
    "A client sends when its connection is open: when the answer to its SYN is back.",
);

fn play(keep_alive: bool) -> Transcript {
    let scenario = Scenario {
        keep_alive,
        ..Scenario::every(Duration::from_millis(2500))
    };
    scenario.play()
}

fn ledger() -> Ledger {
    Ledger::of(&play(true))
}

#[test]
fn how_many_requests() {
    let yours = prediction().requests;
    let why = "60 divided by 2.5 is 24, and a poll at 60 s would be one more; but it does \
               not belong to the minute.";
    verdict::mistake(POLLS, 25, yours, why);
    verdict::equal(POLLS, ledger().requests, yours);
}

#[test]
fn how_many_empty_answers() {
    let yours = prediction().empty_answers;
    let why = "That is all of them. Ten answers bring an event.";
    verdict::mistake(EMPTY, 24, yours, why);
    let why = "That is how many bring an event. The others are empty.";
    verdict::mistake(EMPTY, 10, yours, why);
    verdict::equal(EMPTY, ledger().empty_answers, yours);
}

#[test]
fn how_many_bytes_the_requests_have() {
    let yours = prediction().request_bytes;
    let why = "24 times 50: but once the tenth event is there, the client asks with \
               `after=10`, which is a byte longer.";
    verdict::mistake(BYTES, 1200, yours, why);
    let why = "The poll that brings the tenth event still asks with `after=9`.";
    verdict::mistake(BYTES, 1205, yours, why);
    let why = "These are the characters that you see. Each line end is two bytes more, \
               and so is the empty line.";
    verdict::mistake(BYTES, 1204 - 24 * 6, yours, why);
    verdict::equal(BYTES, ledger().request_head_bytes, yours);
}

#[test]
fn how_late_an_event_is() {
    let yours = prediction().mean_latency_ms;
    let why = "That is how long an event waits until somebody asks. The answer still has \
               to go to the client.";
    verdict::mistake(LATENCY, 1250, yours, why);
    let why = "A whole round trip is too much: the question is already on its way while \
               the event waits. Only the answer's way comes on top.";
    verdict::mistake(LATENCY, 1350, yours, why);
    for whole in [2500, 2550] {
        let why = "That is the worst case. Some events happen right before a poll.";
        verdict::mistake(LATENCY, whole, yours, why);
    }
    let latency = ledger().latency.expect("ten events are delivered");
    verdict::equal(LATENCY, latency.mean_us / 1000, yours);
}

#[test]
fn how_long_a_poll_over_a_fresh_connection_takes() {
    let yours = prediction().fresh_poll_ms;
    let why = "That is a poll over a connection that is open. This one has to open it.";
    verdict::mistake(FRESH, 100, yours, why);
    let why = "Opening takes a round trip: the SYN goes there, and its answer back.";
    verdict::mistake(FRESH, 150, yours, why);
    let transcript = play(false);
    let first = |part| {
        let mut entries = transcript.entries.iter();
        entries
            .find(|entry| entry.part == part)
            .expect("it is there")
    };
    let arrived_us = first(Part::Body).arrived_us.expect("a link sees both ends");
    let took_us = arrived_us - first(Part::Open).sent_us;
    verdict::equal(FRESH, took_us / 1000, yours);
}
