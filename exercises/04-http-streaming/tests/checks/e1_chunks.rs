//! Chunks as they come, in every state of incompleteness, and bytes that are none.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wiretap::escape;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_chunks::{Chunk, MOST, Mistake, next_chunk};

const FORM: Rule = Rule::new(
    "RFC 9112 §7.1",
    "A chunk is its size in hex, a line end, the data, and a line end.",
);
const NOT_YET: Rule = Rule::new(
    "chapter 4",
    "Bytes come in pieces of any size: what is not complete is `None`.",
);
const EXTENSION: Rule = Rule::new(
    "RFC 9112 §7.1.1",
    "Extensions that are not known are ignored.",
);
const LAST: Rule = Rule::new(
    "RFC 9112 §7.1",
    "The last chunk has the size 0 and no data.",
);
const SIZE: Rule = Rule::new(
    "RFC 9112 §7.1",
    "A size is one hex digit or more, and no more.",
);
const GUARD: Rule = Rule::new(
    "RFC 9112 §7.1",
    "A size may be any number, and must not overflow.",
);
const MOST_ITSELF: Rule = Rule::new(
    "chapter 4",
    "A chunk of exactly MOST bytes is the largest that is taken.",
);
const LINE_END: Rule = Rule::new(
    "RFC 9112 §7.1",
    "CRLF follows the data where the size says that it ends.",
);

/// A copy of what is found, which a panic does not end.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Chunk(String, usize),
    NotYet,
    Mistake(Mistake),
}

#[track_caller]
fn found(rule: Rule, bytes: &str) -> Found {
    let call = AssertUnwindSafe(|| next_chunk(bytes.as_bytes()));
    match catch_unwind(call) {
        Ok(Ok(Some(Chunk { data, length }))) => Found::Chunk(escape(data), length),
        Ok(Ok(None)) => Found::NotYet,
        Ok(Err(mistake)) => Found::Mistake(mistake),
        Err(_) => {
            let bytes = escape(bytes.as_bytes());
            verdict::fail(rule, format!("next_chunk panics on `{bytes}`."))
        }
    }
}

#[track_caller]
fn check(rule: Rule, bytes: &str, expected: Found) {
    let yours = found(rule, bytes);
    if yours != expected {
        let bytes = escape(bytes.as_bytes());
        verdict::fail(
            rule,
            format!("`{bytes}`\nexpected  {expected:?}\nyours     {yours:?}"),
        );
    }
}

fn chunk(data: &str, length: usize) -> Found {
    Found::Chunk(data.to_owned(), length)
}

#[test]
fn a_chunk_and_what_follows_it() {
    check(FORM, "5\r\nhello\r\n", chunk("hello", 10));
    check(FORM, "5\r\nhello\r\n3\r\nabc\r\n", chunk("hello", 10));
    // Line ends in the data are data.
    check(FORM, "4\r\n\r\n\r\n\r\n", chunk("\\r\\n\\r\\n", 9));
}

#[test]
fn the_size_is_hex() {
    let data = "x".repeat(26);
    if found(FORM, &format!("10\r\n{}\r\n", "x".repeat(10)))
        == chunk(&"x".repeat(10), 16)
    {
        verdict::fail(FORM, "`10` is sixteen: the size is written in hex.");
    }
    for size in ["1a", "1A", "01a", "00000000000000000001A"] {
        let length = size.len() + 2 + 26 + 2;
        check(FORM, &format!("{size}\r\n{data}\r\n"), chunk(&data, length));
    }
}

#[test]
fn what_is_not_complete_is_not_there_yet() {
    for whole in [
        "5\r\nhello\r\n",
        "1a;a=b\r\nabcdefghijklmnopqrstuvwxyz\r\n",
        "0\r\n\r\n",
    ] {
        for end in 0..whole.len() {
            check(NOT_YET, &whole[..end], Found::NotYet);
        }
    }
}

#[test]
fn an_extension_is_ignored() {
    check(EXTENSION, "5;a\r\nhello\r\n", chunk("hello", 12));
    check(EXTENSION, "5;a=\"b;5\"\r\nhello\r\n", chunk("hello", 18));
    check(EXTENSION, "0;a=b\r\n\r\n", chunk("", 9));
}

#[test]
fn the_last_chunk() {
    check(LAST, "0\r\n\r\n", chunk("", 5));
    check(LAST, "000\r\n\r\nHTTP/1.1", chunk("", 7));
}

#[test]
fn the_line_end_after_the_data_is_looked_at() {
    for bytes in [
        "5\r\nhello, world\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\n\n",
        "5\r\nhello\rx",
        "5\r\nhellox",
    ] {
        if matches!(found(LINE_END, bytes), Found::Chunk(..)) {
            let bytes = escape(bytes.as_bytes());
            let why = format!(
                "`{bytes}` is taken for a chunk. Whoever skips the two bytes after the \
                 data unseen reads other chunks than the sender wrote."
            );
            verdict::fail(LINE_END, why);
        }
        check(LINE_END, bytes, Found::Mistake(Mistake::LineEnd));
    }
}

#[test]
fn a_size_is_digits_and_nothing_else() {
    if found(SIZE, "+5\r\nhello\r\n") == chunk("hello", 11) {
        let why = "`+5` is taken for a 5: from_str_radix forgives a sign, and nobody else \
                   does. Two readers that differ here see different bodies.";
        verdict::fail(SIZE, why);
    }
    for bytes in [
        "+5\r\nhello\r\n",
        "-0\r\n\r\n",
        "0x5\r\nhello\r\n",
        "\r\n",
        ";a\r\n",
        " 5\r\n",
        "5 \r\n",
        "5\n",
    ] {
        check(SIZE, bytes, Found::Mistake(Mistake::Size));
    }
}

#[test]
fn a_size_that_is_too_large_is_told_at_once() {
    let most = "x".repeat(MOST);
    let largest = format!("100000\r\n{most}\r\n");
    if found(MOST_ITSELF, &largest) == Found::Mistake(Mistake::TooLarge) {
        let why =
            "`100000` is MOST, and you say TooLarge: that is for what is greater.";
        verdict::fail(MOST_ITSELF, why);
    }
    check(MOST_ITSELF, &largest, chunk(&most, MOST + 10));
    let wraps = found(GUARD, "10000000000000005\r\nhello\r\n");
    if wraps == chunk("hello", 26) {
        let why = "2⁶⁴ + 5 is taken for a 5: the size has wrapped around.";
        verdict::fail(GUARD, why);
    }
    for bytes in [
        "100001\r\n",
        "10000000000000005\r\nhello\r\n",
        "ffffffffffffffff\r\n",
        "fffffffffffffffe",
        "fffffffffffffffffffffff",
    ] {
        check(GUARD, bytes, Found::Mistake(Mistake::TooLarge));
    }
}
