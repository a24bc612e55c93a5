//! Readers in time, late ones, and a chat that stops.

use std::time::Duration;

use tokio::sync::{broadcast, mpsc};
use tokio::time::{sleep, timeout};
use wiretap::harness;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_late::{Sent, tell};

const STOPS: Rule = Rule::new(
    "RFC 6455 §7.4.1",
    "1001 is what a server says that goes away. It comes behind all that was said.",
);
const LATE: Rule = Rule::new(
    "the registry that RFC 6455 §11.7 began",
    "1013 says: come back later. A reader that has missed something has to be told that.",
);
const NOTHING_BEHIND: Rule = Rule::new(
    "an order without gaps",
    "A reader hears everything up to some message, and then nothing more.",
);

const AT_ITS_PACE: Rule = Rule::new(
    "the exercise",
    "A reader hears everything up to the gap. It may take its time with what was kept.",
);
const ENDS: Rule = Rule::new(
    "a task for each reader",
    "When the reader is gone, the task ends, however long the chat goes on.",
);

/// Long enough: the clock is paused, and whoever does nothing until then waits for others.
const A_WHILE: Duration = Duration::from_secs(1);

/// What a reader is sent when the channel keeps so many, and these are said before it
/// listens. Whatever is said after that is said while it reads nothing. Afterwards the chat
/// stops, or not. Its connection takes one message at a time.
fn sent(kept: usize, said: [&'static [&'static str]; 2], stops: bool) -> Vec<Sent> {
    harness::run("a reader", async move {
        let (says, hears) = broadcast::channel(kept);
        let say = |text: &&str| says.send((*text).to_owned());
        let [before, meanwhile] = said;
        before.iter().for_each(|text| {
            say(text).expect("there is a reader");
        });
        let (reader, mut taken) = mpsc::channel(1);
        let telling = tokio::spawn(tell(hears, reader));
        if !meanwhile.is_empty() {
            sleep(A_WHILE).await;
        }
        meanwhile.iter().for_each(|text| {
            // Whoever listens no more hears nothing.
            let _ = say(text);
        });
        let staying = (!stops).then(|| says.clone());
        drop(says);
        let mut sent = Vec::new();
        while let Ok(Some(heard)) = timeout(A_WHILE, taken.recv()).await {
            sent.push(heard);
        }
        drop((taken, staying));
        telling.abort();
        sent
    })
}

/// Whether the task ends when its reader is gone, and the chat goes on.
fn ends_with_its_reader() -> bool {
    harness::run("a reader that goes", async {
        let (says, said) = broadcast::channel(8);
        let (reader, hears) = mpsc::channel(1);
        let telling = tokio::spawn(tell(said, reader));
        drop(hears);
        says.send("one".to_owned()).expect("it listens still");
        timeout(A_WHILE, telling).await.is_ok()
    })
}

fn text(text: &str) -> Sent {
    Sent::Text(text.to_owned())
}

/// The last that was sent has to be this Close, with a reason.
fn assert_closed(rule: Rule, code: u16, sent: &[Sent]) {
    match sent.last() {
        Some(Sent::Close(got, reason)) => {
            verdict::equal(rule, code, *got);
            if reason.is_empty() {
                verdict::fail(
                    rule,
                    "The Close has no reason that a person could read.",
                );
            }
        }
        _ => verdict::fail(
            rule,
            format!("No Close is sent: the page sees 1006. You send {sent:?}."),
        ),
    }
}

/// All of `texts` have to be sent, and a Close behind them may be.
fn assert_all_heard(rule: Rule, texts: &[&str], sent: &[Sent]) {
    let expected: Vec<Sent> = texts.iter().copied().map(text).collect();
    if sent.len() < expected.len() && expected.starts_with(sent) {
        let why = format!(
            "The reader is sent {sent:?}, and then you take it for gone: for a moment it \
             had no room. It would have read {texts:?}."
        );
        verdict::fail(AT_ITS_PACE, why);
    }
    let heard = expected.len().min(sent.len());
    verdict::equal(rule, &expected[..], &sent[..heard]);
}

#[test]
fn when_the_chat_stops_everybody_is_told() {
    let texts = &["one", "two", "three"];
    let sent = sent(8, [texts, &[]], true);
    assert_all_heard(STOPS, texts, &sent);
    assert_closed(STOPS, 1001, &sent);
    verdict::equal(STOPS, texts.len() + 1, sent.len());
    if !ends_with_its_reader() {
        let why = "The reader is gone, and your task is still there. A chat that runs for a \
                   year has one for everybody who ever came.";
        verdict::fail(ENDS, why);
    }
}

#[test]
fn who_is_late_is_told() {
    // Four are kept, and seven were said.
    let sent = sent(4, [&["1", "2", "3", "4", "5", "6", "7"], &[]], false);
    if sent.iter().any(|sent| matches!(sent, Sent::Text(_))) {
        let why = format!(
            "The first message is lost, and you go on behind the gap as if nothing had \
             happened: {sent:?}."
        );
        verdict::fail(NOTHING_BEHIND, why);
    }
    assert_closed(LATE, 1013, &sent);
    verdict::equal(LATE, 1, sent.len());
}

#[test]
fn who_has_heard_something_and_then_is_late_is_told() {
    // Two are kept. While the reader has the first in its hands, five more are said.
    let sent = sent(2, [&["1", "2"], &["3", "4", "5", "6", "7"]], false);
    let is_text = |sent: &&Sent| matches!(sent, Sent::Text(_));
    let texts: Vec<&Sent> = sent.iter().filter(is_text).collect();
    let in_order = ["1", "2", "3", "4", "5", "6", "7"].map(text);
    if !texts.iter().copied().eq(in_order.iter().take(texts.len())) {
        let why = format!("There is a gap, and you go on behind it: {sent:?}.");
        verdict::fail(NOTHING_BEHIND, why);
    }
    assert_all_heard(LATE, &["1"], &sent);
    assert_closed(LATE, 1013, &sent);
    verdict::equal(LATE, texts.len() + 1, sent.len());
}

#[test]
fn who_is_late_is_told_that_and_not_that_the_chat_stops() {
    let sent = sent(2, [&["1", "2", "3"], &[]], true);
    assert_closed(LATE, 1013, &sent);
}
