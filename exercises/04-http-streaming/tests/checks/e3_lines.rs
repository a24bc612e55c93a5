//! One stream, cut into pieces in every way.

use serde_json::{Value, json};
use wiretap::escape;
use wiretap::verdict::{self, Rule};

use crate::subject::e3_lines::{Lines, MOST, Mistake};

const PIECES: Rule = Rule::new(
    "RFC 9112 §7.1",
    "Chunks are for HTTP: where a piece begins and ends says nothing about messages.",
);
const CHARACTERS: Rule = Rule::new(
    "RFC 3629 §3",
    "A character has up to four bytes, and they may come in two pieces.",
);
const EMPTY: Rule = Rule::new(
    "chapter 4",
    "An empty line says that somebody is still there, and nothing else.",
);
const BOUND: Rule = Rule::new(
    "chapter 4",
    "A line has a limit, or one that never ends fills the memory.",
);
const END: Rule = Rule::new(
    "chapter 4",
    "A message ends with its line end. What is left at the end was cut off.",
);

/// What became of these pieces, and of the end after them.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Value>, Mistake> {
    let mut lines = Lines::default();
    let mut messages = Vec::new();
    for piece in pieces {
        messages.extend(lines.push(piece)?);
    }
    lines.finish().map(|()| messages)
}

fn messages() -> Vec<Value> {
    vec![
        json!({"seq": 1, "text": "one"}),
        json!({"seq": 2, "text": "two\n"}),
    ]
}

const TEXT: &str = "{\"seq\":1,\"text\":\"one\"}\n{\"seq\":2,\"text\":\"two\\n\"}\n";

#[track_caller]
fn check(rule: Rule, pieces: &[&[u8]], expected: Result<Vec<Value>, Mistake>) {
    let yours = read(pieces.iter().copied());
    if yours != expected {
        let shown: Vec<String> = pieces.iter().map(|piece| escape(piece)).collect();
        let shown = shown.join("\n          ");
        verdict::fail(
            rule,
            format!("pieces    {shown}\nexpected  {expected:?}\nyours     {yours:?}"),
        );
    }
}

#[test]
fn a_message_in_two_pieces_wherever_it_is_cut() {
    for cut in 0..=TEXT.len() {
        let (a, b) = TEXT.as_bytes().split_at(cut);
        check(PIECES, &[a, b], Ok(messages()));
    }
}

#[test]
fn every_byte_alone() {
    let pieces: Vec<&[u8]> = TEXT.as_bytes().chunks(1).collect();
    check(PIECES, &pieces, Ok(messages()));
}

#[test]
fn a_character_in_two_pieces() {
    let text = "\"zwölf €, 🎈\"\n";
    for cut in 0..=text.len() {
        let (a, b) = text.as_bytes().split_at(cut);
        let yours = read([a, b]);
        if yours != Ok(vec![json!("zwölf €, 🎈")]) {
            let (a, b) = (escape(a), escape(b));
            let why = format!("`{a}` and `{b}` are read as {yours:?}.");
            verdict::fail(CHARACTERS, why);
        }
    }
}

#[test]
fn an_empty_line_is_no_message() {
    check(
        EMPTY,
        &[b"\n", b"1\n\n2\n", b"\n"],
        Ok(vec![json!(1), json!(2)]),
    );
    // What is no JSON is no message either, and no silence.
    check(EMPTY, &[b"\n", b"<html>\n"], Err(Mistake::Malformed));
}

#[test]
fn a_line_has_a_limit() {
    let longest = format!("\"{}\"", "x".repeat(MOST - 2));
    let line = longest.clone() + "\n";
    let message = Value::String("x".repeat(MOST - 2));
    match read([line.as_bytes(), line.as_bytes()]) {
        Ok(yours) if yours == [message.clone(), message] => {}
        Err(mistake) => {
            let why =
                format!("Two lines of {MOST} bytes are {mistake:?}, and are allowed.");
            verdict::fail(BOUND, why);
        }
        Ok(yours) => verdict::fail(BOUND, format!("{} messages, not 2", yours.len())),
    }
    // A line that does not end, in pieces.
    let mut lines = Lines::default();
    let mut taken = 0;
    while taken <= MOST {
        match lines.push(&[b'x'; 100]) {
            Ok(none) if none.is_empty() => taken += 100,
            yours if taken + 100 > MOST => {
                return verdict::equal(
                    BOUND,
                    Err::<Vec<Value>, _>(Mistake::TooLong),
                    yours,
                );
            }
            yours => {
                let why = format!("After {taken} bytes and 100 more: {yours:?}.");
                verdict::fail(BOUND, why);
            }
        }
    }
    let why =
        format!("{taken} bytes without a line end are taken, and you wait for more.");
    verdict::fail(BOUND, why);
}

#[test]
fn what_is_left_at_the_end_was_cut_off() {
    for rest in ["{\"seq\":1", "12", "{\"seq\":1,\"text\":\"one\"}"] {
        if let Ok(yours) = read([rest.as_bytes()]) {
            let why = format!(
                "The stream ends after `{rest}`, without a line end, and you give {yours:?}. \
                 It may be half of something: `12` is half of `123`."
            );
            verdict::fail(END, why);
        }
        check(END, &[rest.as_bytes()], Err(Mistake::CutOff));
    }
    check(END, &[b"12\n"], Ok(vec![json!(12)]));
}
