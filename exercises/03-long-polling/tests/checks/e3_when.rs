//! Plays the scene, and compares it with the prediction.

use std::num::NonZeroUsize;
use std::time::Duration;

use long_polling::{Hold, WaitingBoard, long_poller, serve};
use raw_http::{Client, Config};
use short_polling::Board;
use tokio::time::{Instant, sleep_until, timeout};
use wiretap::verdict::{self, Rule};
use wiretap::{Link, Part, Recorder, Transcript, harness};

use crate::subject::e3_when::prediction;

const HELD: Rule = Rule::new(
    "RFC 6202 §2.2",
    "An answer takes one transit. Between it and the next question at the server lie two.",
);
const FRESH: Rule = Rule::new(
    "chapter 3",
    "A fresh connection costs a round trip before the question may leave.",
);
const EMPTY: Rule = Rule::new(
    "RFC 6202 §5.5",
    "A question is held for 30 s from the moment at which the server has it.",
);

const EVENTS: [u64; 4] = [1000, 1020, 1090, 1600];

/// What passes within 40 s.
fn played(keep_alive: bool) -> Transcript {
    harness::run("four events", async move {
        let recorder = Recorder::new("four events");
        let start = Instant::now();
        let kept = NonZeroUsize::new(10).expect("10 is not 0");
        let board = WaitingBoard::new(Board::new(kept).into(), 10);
        let link = Link::new().rtt(Duration::from_millis(100));
        let (dialer, listener) = link.network(&recorder);
        let forever = std::future::pending();
        let (hold, config) = (Hold::default(), Config::default());
        tokio::spawn(serve(listener, board.clone(), hold, config, forever));
        tokio::spawn(async move {
            for millis in EVENTS {
                sleep_until(start + Duration::from_millis(millis)).await;
                board.append("x");
            }
        });
        let client = Client::new(dialer, "board.test").keep_alive(keep_alive);
        let mut poller = long_poller(client, 0).resume_after(0);
        let seconds = Duration::from_secs(40);
        let _ = timeout(seconds, async {
            loop {
                if let short_polling::Notice::Event(event) = poller.next().await {
                    recorder.delivered(event.seq);
                }
            }
        })
        .await;
        recorder.transcript()
    })
}

/// When entries of this kind were sent, in milliseconds.
fn times(transcript: &Transcript, part: Part) -> Vec<u64> {
    let entries = transcript.entries.iter().filter(|entry| entry.part == part);
    entries.map(|entry| entry.sent_us / 1000).collect()
}

#[test]
fn over_a_kept_connection() {
    let yours = prediction().kept_ms;
    let why = "Event 2 happens while the answer with event 1 is on its way: no question is \
               at the server. It has to wait for the next one.";
    if yours[1] == 1070 {
        verdict::fail(HELD, why);
    }
    let why = "When the second question is at the server, at 1,100 ms, event 3 has happened \
               as well: one answer has both.";
    if yours[1] != yours[2] {
        verdict::fail(HELD, why);
    }
    let why = "The second question is at the server at 1,100 ms. Its answer still has to \
               go to the client.";
    if yours[1] == 1100 {
        verdict::fail(HELD, why);
    }
    let right = times(&played(true), Part::Delivered);
    verdict::equal(HELD, right, yours.to_vec());
}

#[test]
fn over_fresh_connections() {
    let yours = prediction().fresh_ms;
    let why = "The second question waits for SYN and SYN-ACK of its connection: it leaves \
               at 1,150 ms, and not at 1,050.";
    if yours[1] == 1150 {
        verdict::fail(FRESH, why);
    }
    let why = "The connection of the third question is open long before event 4 happens: \
               the question is held already.";
    if yours[3] == 1750 {
        verdict::fail(FRESH, why);
    }
    let right = times(&played(false), Part::Delivered);
    verdict::equal(FRESH, right, yours.to_vec());
}

#[test]
fn how_many_questions() {
    let yours = prediction().requests;
    let why = "Each answer is followed by a question, the last one too; and the first \
               question follows no answer.";
    if yours == 3 {
        verdict::fail(HELD, why);
    }
    let why = "Four events, but three answers: one of them has two events.";
    if yours == 5 {
        verdict::fail(HELD, why);
    }
    let questions = times(&played(true), Part::RequestHead);
    let right = questions.iter().filter(|time| **time <= 10_000).count() as u64;
    verdict::equal(HELD, right, yours);
}

#[test]
fn the_empty_answer() {
    let yours = prediction().empty_answer_ms;
    let why = "The 30 s begin when the question has come to the server: 50 ms after it has \
               left.";
    if yours == 31_700 {
        verdict::fail(EMPTY, why);
    }
    let why = "The 30 s count from the question, and not from the last event.";
    if yours == 31_650 {
        verdict::fail(EMPTY, why);
    }
    let transcript = played(true);
    let bodies = transcript.entries.iter();
    let bodies = bodies.filter(|entry| entry.part == Part::Body);
    let right = bodies.filter_map(|entry| entry.arrived_us).max();
    let right = right.expect("there are answers") / 1000;
    verdict::equal(EMPTY, right, yours);
}
