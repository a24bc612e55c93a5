//! Readers in time, late ones, and a chat that stops.

use std::time::Duration;

use tokio::sync::{broadcast, mpsc};
use tokio::time::timeout;
use wiretap::harness;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_late::{Sent, tell};

const STOPS: Rule = Rule::new(
    "RFC 6455 §7.4.1",
    "1001 is what a server says that goes away. It comes behind all that was said.",
);
const LATE: Rule = Rule::new(
    "the close codes of RFC 6455 §11.7",
    "1013 says: come back later. A reader that has missed something has to be told that.",
);
const NOTHING_BEHIND: Rule = Rule::new(
    "an order without gaps",
    "A reader hears everything up to some message, and then nothing more.",
);

/// What a reader is sent when these are said before it listens, and the channel keeps so
/// many. Afterwards the chat stops, or not.
fn sent(kept: usize, texts: &'static [&'static str], stops: bool) -> Vec<Sent> {
    harness::run("a reader", async move {
        let (says, said) = broadcast::channel(kept);
        for text in texts {
            says.send((*text).to_owned()).expect("there is a reader");
        }
        let staying = (!stops).then(|| says.clone());
        drop(says);
        let (reader, mut hears) = mpsc::channel(16);
        let telling = tokio::spawn(tell(said, reader));
        let mut sent = Vec::new();
        // The clock is paused: whoever says nothing now, says nothing any more.
        while let Ok(Some(heard)) = timeout(Duration::from_secs(1), hears.recv()).await
        {
            sent.push(heard);
        }
        drop((hears, staying));
        telling.abort();
        sent
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

#[test]
fn when_the_chat_stops_everybody_is_told() {
    let sent = sent(8, &["one", "two", "three"], true);
    assert_closed(STOPS, 1001, &sent);
    let texts = ["one", "two", "three"].map(text);
    verdict::equal(STOPS, &texts[..], &sent[..sent.len() - 1]);
}

#[test]
fn who_is_late_is_told() {
    // Four are kept, and seven were said.
    let sent = sent(4, &["1", "2", "3", "4", "5", "6", "7"], false);
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
fn who_is_late_is_told_that_and_not_that_the_chat_stops() {
    let sent = sent(2, &["1", "2", "3"], true);
    assert_closed(LATE, 1013, &sent);
}
