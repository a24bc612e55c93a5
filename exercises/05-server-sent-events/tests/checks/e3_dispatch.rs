//! The chapter's parser reads the stream, and the prediction is compared.

use bytes::BytesMut;
use server_sent_events::{Limits, Message, Parser};
use wiretap::verdict::{self, Rule};

use crate::subject::e3_dispatch::{Prediction, STREAM, prediction};

const DISPATCH: Rule = Rule::new(
    "HTML §9.2.6",
    "A blank line dispatches what has gathered, if there was a line of data; what no blank \
     line ends is discarded with the connection.",
);
const DATA: Rule = Rule::new(
    "HTML §9.2.6",
    "Each `data` line is a line of the data; one blank after the colon is stripped.",
);
const TYPE: Rule = Rule::new(
    "HTML §9.2.6",
    "The type is that of the block's own `event` field, or `message`.",
);
const ID: Rule = Rule::new(
    "HTML §9.2.6",
    "The id is committed at the blank line, with data or without, and lasts until there is \
     another. An empty one clears it.",
);
const RETRY: Rule = Rule::new(
    "HTML §9.2.6",
    "A `retry` that is not ASCII digits is ignored.",
);

struct Truth {
    messages: Vec<Message>,
    wait_ms: u128,
    sent_id: Option<String>,
}

fn truth() -> Truth {
    let mut parser = Parser::new(Limits::default());
    let mut buffer = BytesMut::from(STREAM);
    let mut messages = Vec::new();
    while let Some(message) = parser.decode(&mut buffer).expect("a short stream") {
        messages.push(message);
    }
    let id = parser.last_event_id();
    Truth {
        messages,
        wait_ms: parser.retry().expect("the stream says").as_millis(),
        sent_id: (!id.is_empty()).then(|| id.to_owned()),
    }
}

fn yours() -> Prediction {
    prediction()
}

#[test]
fn which_messages() {
    let yours: Vec<&str> = yours().messages.iter().map(|told| told.data).collect();
    if yours.contains(&"three") {
        let why = "`Data` is not `data`: names are case-sensitive, and what nobody knows \
                   is ignored.";
        verdict::fail(DISPATCH, why);
    }
    if yours.contains(&"six") {
        let why = "No blank line comes after `data: six`: it is discarded with the \
                   connection.";
        verdict::fail(DISPATCH, why);
    }
    let expected: Vec<String> = truth().messages.into_iter().map(|m| m.data).collect();
    let trimmed: Vec<&str> = expected.iter().map(|data| data.trim()).collect();
    let without = |data: &str| !yours.iter().any(|told| told.trim() == data);
    if yours.len() == 4 && without("") {
        let why = "A bare `data` line is a line of data, if an empty one: the block of the \
                   type `goal` is a message.";
        verdict::fail(DISPATCH, why);
    }
    if yours.len() == 6 && yours.iter().filter(|data| data.is_empty()).count() == 2 {
        let why = "The block with `id: 8` has no line of data, so it is no message.";
        verdict::fail(DISPATCH, why);
    }
    // Blanks are the matter of the next check.
    let yours: Vec<&str> = yours.iter().map(|data| data.trim()).collect();
    let alike = |data: &&str| data.replace("\n ", "\n");
    verdict::equal(
        DISPATCH,
        trimmed.iter().map(alike).collect::<Vec<_>>(),
        yours.iter().map(alike).collect::<Vec<_>>(),
    );
}

#[test]
fn with_which_data() {
    let yours: Vec<&str> = yours().messages.iter().map(|told| told.data).collect();
    if yours.contains(&"two\nlines") {
        let why = "`data:  lines` has two blanks after its colon, and one is stripped.";
        verdict::fail(DATA, why);
    }
    if yours.contains(&"two\n  lines") {
        let why = "One of the two blanks after the colon belongs to the field.";
        verdict::fail(DATA, why);
    }
    let expected: Vec<String> = truth().messages.into_iter().map(|m| m.data).collect();
    verdict::equal(DATA, expected, yours);
}

#[test]
fn of_which_types() {
    let yours: Vec<&str> = yours()
        .messages
        .iter()
        .map(|told| told.event_type)
        .collect();
    if yours.contains(&"") {
        let why = "A block without an `event` field is of the type `message`.";
        verdict::fail(TYPE, why);
    }
    if yours.get(3) == Some(&"goal") {
        let why = "The type `goal` was of its own block and of no other.";
        verdict::fail(TYPE, why);
    }
    let expected: Vec<String> =
        truth().messages.into_iter().map(|m| m.event_type).collect();
    verdict::equal(TYPE, expected, yours);
}

#[test]
fn with_which_ids() {
    let yours = yours().messages;
    let ids: Vec<&str> = yours.iter().map(|told| told.last_event_id).collect();
    if ids.get(2) == Some(&"") {
        let why = "The third message has no `id` of its own, but an id lasts: it has that \
                   of the second.";
        verdict::fail(ID, why);
    }
    if ids.get(3) == Some(&"7") {
        let why = "`id: 8` and a blank line: there is no message in it, and it counts.";
        verdict::fail(ID, why);
    }
    if ids.get(4) == Some(&"8") {
        let why = "A bare `id` has an empty value, and that clears the id.";
        verdict::fail(ID, why);
    }
    let expected: Vec<String> = truth()
        .messages
        .into_iter()
        .map(|m| m.last_event_id)
        .collect();
    verdict::equal(ID, expected, ids);
}

#[test]
fn and_what_happens_then() {
    let (yours, truth) = (yours(), truth());
    let why = "`6s` is not digits only: the field is ignored, and what was said before \
               stays.";
    verdict::mistake(RETRY, 6, yours.wait_ms, why);
    verdict::mistake(RETRY, 6000, yours.wait_ms, why);
    verdict::equal(RETRY, truth.wait_ms, u128::from(yours.wait_ms));
    let why = "`id: 9` came, and no blank line after it: it was not committed.";
    verdict::mistake(ID, Some("9"), yours.sent_id, why);
    let why = "The id 8 was cleared by the bare `id` of a later block.";
    verdict::mistake(ID, Some("8"), yours.sent_id, why);
    let why = "An empty id is not sent: there is no such field then.";
    verdict::mistake(ID, Some(""), yours.sent_id, why);
    verdict::equal(ID, truth.sent_id.as_deref(), yours.sent_id);
}
