//! Transcripts of real bytes: a head, a long body, a binary one, one with a blank line.

use tokio::io::AsyncWriteExt;
use wiretap::verdict::{self, Rule};
use wiretap::{Link, Recorder, Transcript, harness};

use crate::subject::e3_overhead::{Overhead, overhead};

const WIRE: Rule = Rule::new(
    "chapter 0",
    "What counts is the bytes on the wire, not the characters in which they are shown.",
);

/// The transcript of one answer with this body.
fn answer(body: &'static [u8]) -> Transcript {
    harness::run("one answer", async move {
        let recorder = Recorder::new("one answer");
        let (_client, mut server) = Link::new().pair(&recorder);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let bytes = [head.as_bytes(), body].concat();
        // A link holds 64 KiB for a reader that does not read: enough for these.
        server.write_all(&bytes).await.expect("the link is open");
        recorder.transcript()
    })
}

fn expected(head: u64, payload: u64) -> Overhead {
    Overhead {
        heads: head,
        payload,
    }
}

#[test]
fn a_line_end_is_two_bytes() {
    let yours = overhead(&answer(b"hello"));
    let why = "You count `\\r\\n` as the four characters that show it. On the wire it is \
               two bytes.";
    verdict::mistake(WIRE, expected(44, 5), yours, why);
    verdict::equal(WIRE, expected(38, 5), yours);
}

#[test]
fn a_body_that_is_not_text_counts_its_bytes() {
    let yours = overhead(&answer(&[0x81, 0x05, 0xff, 0x00]));
    let why = "You count the eleven characters of `81 05 ff 00`. They show four bytes.";
    verdict::mistake(WIRE, expected(38, 11), yours, why);
    verdict::equal(WIRE, expected(38, 4), yours);
}

#[test]
fn a_long_body_counts_with_what_is_not_shown() {
    let yours = overhead(&answer(&[b'a'; 10_000]));
    if yours.payload < 10_000 {
        let why = format!(
            "10000 bytes of body passed, and you count {}: what a transcript leaves out \
             was on the wire as well.",
            yours.payload
        );
        verdict::fail(WIRE, why);
    }
    verdict::equal(WIRE, expected(42, 10_000), yours);
}

#[test]
fn an_empty_body_counts_nothing() {
    verdict::equal(WIRE, expected(38, 0), overhead(&answer(b"")));
}
