//! The scenario is run, and its transcript is compared with the prediction.

use wiretap::verdict::{self, Rule};
use wiretap::{Entry, Part, Recorder, harness};

use crate::subject::e1_times::{prediction, scenario};

const OPENING: Rule = Rule::new(
    "RFC 9293 §3.5",
    "A client sends when its connection is open: when the answer to its SYN is back.",
);
const ONE_WAY: Rule = Rule::new(
    "chapter 0",
    "Each direction takes half of the round-trip time.",
);
const WORK: Rule = Rule::new(
    "chapter 0",
    "The server answers 20 ms after the request has arrived.",
);
const HEAD: Rule = Rule::new(
    "RFC 9112 §2.1",
    "A head is its lines, each ended by CR LF, and an empty line.",
);
const BODY: Rule = Rule::new(
    "RFC 9112 §6.3",
    "The body is as long as Content-Length says.",
);

/// The part that the transcript of the scenario shows.
fn seen(part: Part) -> Entry {
    harness::run("the request and its answer", async move {
        let recorder = Recorder::new("one question over a slow line");
        scenario(&recorder).await.expect("the link is not cut");
        let transcript = recorder.transcript();
        let entry = transcript
            .entries
            .into_iter()
            .find(|entry| entry.part == part);
        entry.expect("the scenario sends it")
    })
}

fn left_ms(entry: &Entry) -> u64 {
    entry.sent_us / 1000
}

fn arrived_ms(entry: &Entry) -> u64 {
    entry.arrived_us.expect("it arrives") / 1000
}

#[test]
fn when_the_request_leaves() {
    let yours = prediction().request_leaves_ms;
    let why = "At 0 ms there is no connection yet: opening it comes first.";
    verdict::mistake(OPENING, 0, yours, why);
    let why = "At 50 ms the SYN is at the server. Its answer is still on its way back.";
    verdict::mistake(OPENING, 50, yours, why);
    verdict::equal(OPENING, left_ms(&seen(Part::RequestHead)), yours);
}

#[test]
fn how_many_bytes_the_request_has() {
    let yours = prediction().request_bytes;
    let why =
        "These are the characters of its two lines. A line end is two bytes as well.";
    verdict::mistake(HEAD, 35, yours, why);
    let why = "That leaves out the empty line, which ends the head: two more bytes.";
    verdict::mistake(HEAD, 39, yours, why);
    let why = "A line end is two bytes, CR and LF: not one.";
    verdict::mistake(HEAD, 38, yours, why);
    let why = "Count again: 19 characters, 16, and what ends three lines.";
    verdict::mistake(HEAD, 40, yours, why);
    verdict::equal(HEAD, seen(Part::RequestHead).length, yours);
}

#[test]
fn when_the_request_arrives() {
    let yours = prediction().request_arrives_ms;
    let why = "100 ms is the way there and back. The request has only one way to go.";
    verdict::mistake(ONE_WAY, 200, yours, why);
    verdict::equal(ONE_WAY, arrived_ms(&seen(Part::RequestHead)), yours);
}

#[test]
fn when_the_answer_leaves() {
    let yours = prediction().answer_leaves_ms;
    let why = "That is when the request arrives. Looking the answer up takes 20 ms.";
    verdict::mistake(WORK, 150, yours, why);
    verdict::equal(WORK, left_ms(&seen(Part::ResponseHead)), yours);
}

#[test]
fn when_the_answer_arrives() {
    let yours = prediction().answer_arrives_ms;
    let why = "One round trip opens the connection, and another one brings the answer: \
               yours has only the second.";
    verdict::mistake(ONE_WAY, 120, yours, why);
    verdict::equal(ONE_WAY, arrived_ms(&seen(Part::ResponseHead)), yours);
}

#[test]
fn where_the_head_of_the_answer_ends() {
    let yours = prediction().answer_head_bytes;
    let why = "That is the whole answer. Its head ends after the empty line.";
    verdict::mistake(HEAD, 43, yours, why);
    verdict::equal(HEAD, seen(Part::ResponseHead).length, yours);
}

#[test]
fn how_many_bytes_the_body_has() {
    let yours = prediction().answer_body_bytes;
    let why = "The body has no line end of its own: its length says where it ends.";
    verdict::mistake(BODY, 7, yours, why);
    verdict::equal(BODY, seen(Part::Body).length, yours);
}
