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
    for cut in (0..text.len()).filter(|at| !text.is_char_boundary(*at)) {
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
fn a_line_of_the_longest_kind_is_allowed() {
    let line = format!("\"{}\"\n", "x".repeat(MOST - 2));
    let message = Value::String("x".repeat(MOST - 2));
    let whole: &[&[u8]] = &[line.as_bytes(), line.as_bytes()];
    let in_pieces: Vec<&[u8]> = line.as_bytes().chunks(100).collect();
    for (pieces, messages) in [(whole, 2), (&in_pieces[..], 1)] {
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece.len()).collect();
        let what = format!(
            "{messages} × {MOST} bytes and a line end, in pieces of {lengths:?}"
        );
        match read(pieces.iter().copied()) {
            Ok(yours) if yours == vec![message.clone(); messages] => {}
            Ok(yours) => {
                verdict::fail(BOUND, format!("{what}: {} messages.", yours.len()))
            }
            Err(mistake) => verdict::fail(
                BOUND,
                format!("{what}, are {mistake:?}, and are allowed."),
            ),
        }
    }
}

#[test]
fn a_longer_line_is_too_long() {
    let line = format!("\"{}\"\n", "x".repeat(MOST - 1));
    let (most, rest) = line.as_bytes().split_at(MOST);
    let (first, second) = line.as_bytes().split_at(MOST / 2);
    let endless: Vec<&[u8]> = line.as_bytes()[..=MOST].chunks(100).collect();
    too_long(&endless, "in pieces of 100 bytes, and its end has not come");
    too_long(
        &[most, &rest[..1]],
        "in two pieces, and its end has not come",
    );
    too_long(&[line.as_bytes()], "in one piece, with its line end");
    too_long(&[first, second], "in two pieces, with its line end");
}

/// A line of one byte too many, of which the last piece tells that it is so.
#[track_caller]
fn too_long(pieces: &[&[u8]], how: &str) {
    let line = format!("A line of {} bytes, {how}", MOST + 1);
    let mut lines = Lines::default();
    let (last, before) = pieces.split_last().expect("there are pieces");
    let mut taken = 0;
    for piece in before {
        taken += piece.len();
        match lines.push(piece) {
            Ok(none) if none.is_empty() => {}
            yours => {
                let why = format!(
                    "{line}: after the first {taken} you say {yours:?}. So far it is the \
                     beginning of a line, and neither right nor wrong."
                );
                verdict::fail(BOUND, why);
            }
        }
    }
    match lines.push(last) {
        Err(Mistake::TooLong) => {}
        Ok(none) if none.is_empty() => {
            let why = format!("{line}, is taken, and you wait for more.");
            verdict::fail(BOUND, why);
        }
        Ok(_) => verdict::fail(BOUND, format!("{line}, is taken for a message.")),
        Err(other) => {
            verdict::fail(BOUND, format!("{line}, is TooLong. You say {other:?}."))
        }
    }
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
