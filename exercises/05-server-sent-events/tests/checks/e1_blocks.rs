//! What was written is read with the chapter's parser.

use bytes::BytesMut;
use server_sent_events::{Limits, Message, Parser};
use short_polling::{Event, Gap, Page};
use wiretap::escape;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_blocks::blocks;

const BLOCK: Rule = Rule::new(
    "HTML §9.2.6",
    "A blank line ends a block: what stands before it is dispatched as one message.",
);
const LINES: Rule = Rule::new(
    "HTML §9.2.5",
    "LF, CR and CR LF each end a line, and each line of a text is a `data` field.",
);
const BLANK: Rule = Rule::new(
    "HTML §9.2.6",
    "One blank after the colon belongs to the field and not to its value.",
);
const EMPTY: Rule = Rule::new(
    "HTML §9.2.6",
    "A block without a `data` line is no message; an empty `data` line is one.",
);
const GAP: Rule = Rule::new(
    "chapter 5",
    "What is no longer kept is said: a message of the type `gap`, with an id of its own.",
);

fn page(gap: Option<Gap>, texts: &[(u64, &str)]) -> Page {
    let events: Vec<Event> = texts
        .iter()
        .map(|(seq, text)| Event {
            seq: *seq,
            text: (*text).to_owned(),
        })
        .collect();
    let last = events.last().map(|event| event.seq);
    let next = last.or(gap.map(|gap| gap.last)).unwrap_or(0);
    Page { gap, events, next }
}

fn read(stream: &str) -> Vec<Message> {
    let mut parser = Parser::new(Limits::default());
    let mut buffer = BytesMut::from(stream);
    let mut messages = Vec::new();
    while let Ok(Some(message)) = parser.decode(&mut buffer) {
        messages.push(message);
    }
    messages
}

/// The messages as `id type data`, which a difference shows better.
fn shown(messages: &[Message]) -> Vec<String> {
    let show = |message: &Message| {
        let Message {
            event_type,
            data,
            last_event_id,
        } = message;
        format!("id {last_event_id:?}, type {event_type:?}, data {data:?}")
    };
    messages.iter().map(show).collect()
}

/// The message that the text of event 7 becomes; `None` when it becomes none.
fn told(text: &str) -> (String, Option<Message>) {
    let stream = blocks(&page(None, &[(7, text)]));
    let message = read(&stream).into_iter().next();
    (escape(stream.as_bytes()), message)
}

#[test]
fn a_text_is_a_message_with_its_number() {
    let stream = blocks(&page(None, &[(7, "kick-off"), (8, "half time")]));
    let messages = read(&stream);
    let bytes = escape(stream.as_bytes());
    if messages.is_empty() {
        let why = format!(
            "You wrote `{bytes}`, and no reader is told anything. Is there a blank line?"
        );
        verdict::fail(BLOCK, why);
    }
    if messages.len() == 1 {
        let why = format!(
            "You wrote `{bytes}`: two events became one message. Where does the first \
             block end?"
        );
        verdict::fail(BLOCK, why);
    }
    if messages[0].last_event_id != "7" {
        let why = format!(
            "The id of event 7 is {:?}: a reader that is cut off here asks for the wrong \
             events.",
            messages[0].last_event_id
        );
        verdict::fail(BLOCK, why);
    }
    let expected = [
        r#"id "7", type "message", data "kick-off""#,
        r#"id "8", type "message", data "half time""#,
    ];
    verdict::equal(BLOCK, expected.as_slice(), shown(&messages));
}

#[test]
fn every_line_of_a_text_arrives() {
    for (text, expected) in [
        (
            "a\rid: 99\ndata: forged\revent: goal",
            "a\nid: 99\ndata: forged\nevent: goal",
        ),
        ("1:0\na header", "1:0\na header"),
        ("1:0\ra header", "1:0\na header"),
        ("1:0\r\na header", "1:0\na header"),
        ("a\n\nb", "a\n\nb"),
        ("a\n", "a\n"),
        ("\r\n", "\n"),
    ] {
        let (bytes, message) = told(text);
        let yours = message.unwrap_or_else(|| {
            let why =
                format!("The text {text:?} became `{bytes}`, which is no message.");
            verdict::fail(LINES, why)
        });
        if yours.last_event_id != "7" || yours.event_type != "message" {
            let why = format!(
                "The text {text:?} became `{bytes}`: a part of it is taken for a field."
            );
            verdict::fail(LINES, why);
        }
        if text.contains("\r\n") && yours.data == text.replace(['\r', '\n'], "\n") {
            let why = format!(
                "The text {text:?} became `{bytes}`: CR LF is one line end, not two."
            );
            verdict::fail(LINES, why);
        }
        if expected.ends_with('\n') && yours.data == expected.trim_end_matches('\n') {
            let why = format!(
                "The text {text:?} became `{bytes}`: what stands after the last line end \
                 is a line too, an empty one. `str::lines` leaves it out."
            );
            verdict::fail(LINES, why);
        }
        verdict::text(LINES, expected, &yours.data);
    }
}

#[test]
fn a_text_keeps_its_blanks() {
    for text in [" a", "  ", "a ", ": a"] {
        let (bytes, message) = told(text);
        let yours = message.map(|message| message.data).unwrap_or_default();
        if yours != text {
            let why = format!(
                "The text {text:?} became `{bytes}`, and a reader gets {yours:?}."
            );
            verdict::fail(BLANK, why);
        }
    }
}

#[test]
fn an_empty_text_is_a_message() {
    let (bytes, message) = told("");
    match message {
        None => {
            let why = format!(
                "You wrote `{bytes}`: nobody hears of this event, and its id makes sure \
                 that it is not told later either."
            );
            verdict::fail(EMPTY, why);
        }
        Some(message) => verdict::text(EMPTY, "", message.data),
    }
}

#[test]
fn a_gap_is_told_first_and_once() {
    let gap = Gap { first: 4, last: 6 };
    let stream = blocks(&page(Some(gap), &[(7, "half time")]));
    let messages = read(&stream);
    let bytes = escape(stream.as_bytes());
    if messages.len() == 1 {
        verdict::fail(
            GAP,
            format!("You wrote `{bytes}`, and nobody is told of the gap."),
        );
    }
    let expected = [
        r#"id "6", type "gap", data "{\"first\":4,\"last\":6}""#,
        r#"id "7", type "message", data "half time""#,
    ];
    if messages
        .first()
        .is_some_and(|first| first.last_event_id != "6")
    {
        let id = &messages[0].last_event_id;
        let why = format!(
            "The gap has the id {id:?}. A reader that is cut off after it asks with that, \
             and is told of the same gap again, or not of all that comes after it."
        );
        verdict::fail(GAP, why);
    }
    verdict::equal(GAP, expected.as_slice(), shown(&messages));
}
