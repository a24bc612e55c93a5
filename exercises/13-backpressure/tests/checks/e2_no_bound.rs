//! Peers that read, that do not, and that are gone.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use tokio::sync::mpsc::error::TryRecvError;
use wiretap::verdict::{self, Rule};

use crate::subject::e2_no_bound::{MOST, Peers, Queue};

const BOUND: Rule = Rule::new(
    "chapter 13",
    "Every queue is bounded: no more than 16 messages wait for a peer.",
);
const TOLD: Rule = Rule::new(
    "chapter 13",
    "Who is too slow is removed, and named once, so that it can be sent away with 1013.",
);
const OTHERS: Rule = Rule::new(
    "chapter 13",
    "The others are told, whatever is the matter with one of the peers.",
);
const GONE: Rule = Rule::new(
    "chapter 13",
    "A peer that is gone is no mistake: it is removed.",
);

fn text(number: usize) -> Arc<str> {
    number.to_string().into()
}

/// What waits in a queue, and whether anything can still come.
fn drained(queue: &mut Queue) -> (Vec<String>, bool) {
    let mut waiting = Vec::new();
    loop {
        match queue.try_recv() {
            Ok(text) => waiting.push(text.to_string()),
            Err(TryRecvError::Empty) => return (waiting, true),
            Err(TryRecvError::Disconnected) => return (waiting, false),
        }
    }
}

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

#[test]
fn no_more_wait_than_there_is_room_for() {
    let mut peers = Peers::default();
    let _speaker = peers.join(0);
    let mut stalled = peers.join(1);
    for number in 0..10_000 {
        peers.tell_others(0, &text(number));
    }
    let (waiting, _) = drained(&mut stalled);
    if waiting.len() > MOST {
        let why = format!(
            "One peer reads nothing, and {} messages wait for it.",
            waiting.len()
        );
        verdict::fail(BOUND, why);
    }
    verdict::equal(BOUND, numbers(0..MOST), waiting);
}

#[test]
fn who_is_too_slow_is_named_once_and_removed() {
    let mut peers = Peers::default();
    let _speaker = peers.join(0);
    let mut stalled = peers.join(1);
    for number in 0..MOST {
        let slow = peers.tell_others(0, &text(number));
        if !slow.is_empty() {
            let why = format!("Message {} of {MOST} has room.", number + 1);
            verdict::fail(TOLD, why);
        }
    }
    let slow = peers.tell_others(0, &text(MOST));
    if slow.is_empty() {
        let why = "A message was lost for peer 1, and nobody hears of it: neither the peer, \
                   nor whoever could send it away.";
        verdict::fail(TOLD, why);
    }
    if slow != [1] {
        let why = format!("Peer 1 had no room, and nobody else. You name {slow:?}.");
        verdict::fail(TOLD, why);
    }
    let again = peers.tell_others(0, &text(MOST + 1));
    verdict::mistake(
        TOLD,
        vec![1],
        again.clone(),
        "Peer 1 was named before, and should be none of the peers any more.",
    );
    verdict::equal(TOLD, Vec::<u32>::new(), again);
    let (waiting, open) = drained(&mut stalled);
    verdict::equal(TOLD, numbers(0..MOST), waiting);
    if open {
        let why = "Its queue has no end: its connection waits for more, for ever.";
        verdict::fail(TOLD, why);
    }
}

#[test]
fn the_others_hear_everything() {
    let mut peers = Peers::default();
    let mut speaker = peers.join(2);
    let mut stalled = [peers.join(1), peers.join(4)];
    let mut readers = [peers.join(0), peers.join(3), peers.join(5)];
    for number in 0..100 {
        peers.tell_others(2, &text(number));
        for (place, reader) in readers.iter_mut().enumerate() {
            let (heard, _) = drained(reader);
            if heard.is_empty() {
                let why = format!(
                    "Reader {place} keeps up, and has not heard message {number}: peers 1 \
                     and 4 read nothing."
                );
                verdict::fail(OTHERS, why);
            }
            verdict::equal(OTHERS, vec![number.to_string()], heard);
        }
    }
    let (heard, _) = drained(&mut speaker);
    verdict::equal(OTHERS, Vec::<String>::new(), heard);
    for stalled in &mut stalled {
        verdict::equal(BOUND, numbers(0..MOST), drained(stalled).0);
    }
}

#[test]
fn who_is_gone_is_no_mistake() {
    let mut peers = Peers::default();
    let _speaker = peers.join(0);
    drop(peers.join(1));
    let mut reader = peers.join(2);
    let telling = AssertUnwindSafe(|| peers.tell_others(0, &text(7)));
    let Ok(slow) = panic::catch_unwind(telling) else {
        verdict::fail(GONE, "Peer 1 is gone, and telling it panics.");
    };
    verdict::mistake(
        GONE,
        vec![1],
        slow.clone(),
        "Peer 1 is not slow but gone: there is no connection to be closed.",
    );
    verdict::equal(GONE, Vec::<u32>::new(), slow);
    verdict::equal(OTHERS, vec!["7".to_owned()], drained(&mut reader).0);
}
