//! The chapter's assembler reads the streams, and the prediction is compared.

use frames::Role;
use messages::{Limits, Message, Received, Tracer};
use wiretap::verdict::{self, Rule};

use crate::subject::e3_verdicts::{STREAMS, Verdict, prediction};

const CONTROL: Rule = Rule::new(
    "RFC 6455 §5.4",
    "A control frame between two fragments is complete when it is complete itself.",
);
const UTF8: Rule = Rule::new(
    "RFC 6455 §8.1",
    "A text is refused with 1007 by the first byte after which it cannot become UTF-8.",
);
const ORDER: Rule = Rule::new(
    "RFC 6455 §5.4",
    "No message begins before the one under way has ended; the header says that it does.",
);
const LIMIT: Rule = Rule::new(
    "RFC 6455 §10.4",
    "A message that is too large is refused with 1009, as soon as its size is known.",
);
const BINARY: Rule = Rule::new(
    "RFC 6455 §5.6",
    "The bytes of a binary message are any bytes, and a fragment may be empty.",
);

fn truth(stream: &[u8]) -> Verdict {
    let limits = Limits {
        max_message: 1000,
        ..Limits::default()
    };
    let mut tracer = Tracer::new(Role::Client, limits);
    for (index, &byte) in stream.iter().enumerate() {
        let count = index + 1;
        let step = tracer.take(byte);
        if let Some(refusal) = step.refused {
            return Verdict::Refused(count, refusal.close_code());
        }
        match step.received {
            Some(Received::Message(Message::Text(_))) => return Verdict::Text(count),
            Some(Received::Message(Message::Binary(_))) => {
                return Verdict::Binary(count);
            }
            Some(Received::Ping(_)) => return Verdict::Ping(count),
            Some(other) => panic!("there is no {other} in the streams"),
            None => {}
        }
    }
    panic!("something happens in each stream")
}

/// Compares one prediction; the streams count from 1.
fn check(rule: Rule, number: usize, mistakes: &[(Verdict, &str)]) {
    let yours = prediction()[number - 1];
    let truth = truth(STREAMS[number - 1]);
    for (mistake, why) in mistakes {
        if yours == *mistake {
            verdict::fail(rule, format!("Stream {number}: {why}"));
        }
    }
    if yours != truth {
        verdict::fail(
            rule,
            format!("Stream {number}: you say {yours:?}, and it is {truth:?}."),
        );
    }
}

#[test]
fn what_stands_between_fragments() {
    let why =
        "the ping comes before the last fragment of the text, and is told at once.";
    check(CONTROL, 1, &[(Verdict::Text(9), why)]);
}

#[test]
fn which_byte_is_impossible() {
    check(
        UTF8,
        2,
        &[
            (
                Verdict::Refused(4, 1007),
                "F4 begins characters, up to U+10FFFF.",
            ),
            (
                Verdict::Refused(7, 1007),
                "after F4 only 80 to 8F may come: 90 is enough to know.",
            ),
            (
                Verdict::Refused(8, 1007),
                "the end of the frame is not waited for: 90 is enough to know.",
            ),
        ],
    );
    check(
        UTF8,
        3,
        &[(
            Verdict::Refused(3, 1007),
            "the first fragment ends within a character, and that is legal.",
        )],
    );
}

#[test]
fn what_is_a_text() {
    let why = "E2 82 AC is €, and allowed.";
    check(UTF8, 4, &[(Verdict::Refused(5, 1007), why)]);
    check(
        UTF8,
        6,
        &[
            (
                Verdict::Refused(4, 1007),
                "the fragment ends within a character, and that is legal; the message may \
                 not.",
            ),
            (Verdict::Text(6), "the message ends within a character."),
        ],
    );
}

#[test]
fn what_a_header_says() {
    check(
        ORDER,
        5,
        &[
            (
                Verdict::Refused(10, 1002),
                "the second header is enough to know: its payload is not waited for.",
            ),
            (
                Verdict::Refused(6, 1002),
                "the decoder gives a header when it is complete, and this one has two bytes.",
            ),
        ],
    );
    check(
        LIMIT,
        7,
        &[
            (
                Verdict::Refused(5, 1009),
                "the size is known with the header, before the first byte of the payload.",
            ),
            (
                Verdict::Refused(4, 1002),
                "a size is no mistake of the protocol.",
            ),
        ],
    );
}

#[test]
fn what_may_be_in_a_binary_message() {
    check(
        BINARY,
        8,
        &[
            (
                Verdict::Refused(8, 1007),
                "nobody looks for UTF-8 in a binary message.",
            ),
            (Verdict::Refused(5, 1002), "an empty fragment is legal."),
            (Verdict::Text(9), "its first frame has the opcode 2."),
        ],
    );
}
