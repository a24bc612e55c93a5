//! An answer is cut off after each of its bytes, in each of three ways, and the follower
//! asks again: then every event must have been delivered, once and whole.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, BufReader, ReadBuf};
use tokio::time::timeout;
use wiretap::verdict::{self, Rule};
use wiretap::{escape, harness};

use crate::subject::e2_cut_off::Follower;

const ONCE: Rule = Rule::new(
    "chapter 2",
    "Wherever an answer is cut off, every event is delivered, once and whole.",
);
const WHOLE: Rule = Rule::new(
    "chapter 2",
    "A text is everything between the blank after the number and the line end.",
);
const END: Rule = Rule::new(
    "RFC 9112 §8",
    "An answer that ends with its connection may be incomplete, and only its content can \
     say so.",
);

const TEXTS: [(u64, &str); 3] = [(9, "kick-off"), (10, " a goal! "), (11, "half time")];

/// What the server says to a client with this cursor.
fn answer(cursor: u64) -> String {
    let events = TEXTS.iter().filter(|(seq, _)| *seq > cursor);
    let lines = events.map(|(seq, text)| format!("{seq} {text}\n"));
    format!("next 11\n{}", lines.collect::<String>())
}

/// What comes after the last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Reset,
    End,
    /// Nothing more, until the caller gives up.
    Silence,
}

impl AsyncRead for Then {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match *self {
            Self::Reset => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            Self::End => Poll::Ready(Ok(())),
            Self::Silence => Poll::Pending,
        }
    }
}

/// What became of one answer that was cut off, and of the question after it.
struct Story {
    arrived: String,
    outcome: Option<io::Result<()>>,
    cursor: u64,
    told: Vec<(u64, String)>,
}

fn tell(cut: usize, then: Then) -> Story {
    harness::run("an answer that is cut off, and the next one", async move {
        let arrived = answer(8)[..cut].to_owned();
        let mut told = Vec::new();
        let mut deliver = |seq, text: &str| told.push((seq, text.to_owned()));
        let mut follower = Follower::new(8);
        // A small buffer, so that the lines come in pieces.
        let stream = BufReader::with_capacity(4, arrived.as_bytes().chain(then));
        let reading = follower.read_answer(stream, &mut deliver);
        let outcome = timeout(Duration::from_secs(1), reading).await.ok();
        let cursor = follower.cursor();
        let again = answer(cursor);
        // What is wrong with the second answer shows in what was told.
        let _ = follower.read_answer(again.as_bytes(), &mut deliver).await;
        Story {
            arrived,
            outcome,
            cursor,
            told,
        }
    })
}

/// Fails with what went wrong, if anything did.
fn judge(story: &Story) {
    let Story {
        arrived,
        cursor,
        told,
        ..
    } = story;
    let cut = format!(
        "The answer was cut off after {} bytes, `{}`,\nand the cursor was {cursor} then.",
        arrived.len(),
        escape(arrived.as_bytes()),
    );
    for (seq, text) in TEXTS {
        let copies: Vec<&str> = told
            .iter()
            .filter(|(number, _)| *number == seq)
            .map(|(_, text)| text.as_str())
            .collect();
        let what = match copies[..] {
            // Blanks at the edges are the matter of a check of their own.
            [copy] if copy.trim() == text.trim() => continue,
            [] => format!(
                "Event {seq} is lost: the cursor moved before it was delivered."
            ),
            _ if copies
                .iter()
                .any(|copy| text.starts_with(copy) && *copy != text) =>
            {
                format!(
                    "Event {seq} is delivered as {copies:?}: half a line is no event."
                )
            }
            _ => format!("Event {seq} is delivered as {copies:?}: once is enough."),
        };
        verdict::fail(ONCE, format!("{what}\n{cut}"));
    }
    if told.len() != TEXTS.len() {
        verdict::fail(ONCE, format!("Delivered was {told:?}.\n{cut}"));
    }
}

#[test]
fn an_answer_that_is_reset_at_any_byte() {
    for cut in 0..=answer(8).len() {
        judge(&tell(cut, Then::Reset));
    }
}

#[test]
fn an_answer_that_ends_at_any_byte() {
    for cut in 0..=answer(8).len() {
        judge(&tell(cut, Then::End));
    }
}

#[test]
fn a_caller_that_gives_up_after_any_byte() {
    for cut in 0..=answer(8).len() {
        judge(&tell(cut, Then::Silence));
    }
}

#[test]
fn an_answer_that_ends_early_is_an_error_and_a_whole_one_is_not() {
    let length = answer(8).len();
    for cut in 0..=length {
        let story = tell(cut, Then::End);
        let arrived = escape(story.arrived.as_bytes());
        match story.outcome {
            Some(Ok(())) if cut < length => verdict::fail(
                END,
                format!(
                    "`{arrived}` is not the whole answer: event 11 is missing from it or \
                     has no line end. read_answer says that all is well."
                ),
            ),
            Some(Err(error)) if cut == length => verdict::fail(
                END,
                format!(
                    "The whole answer was there: `{arrived}`, and you say: {error}."
                ),
            ),
            None => verdict::fail(END, "The stream has ended, and you wait for more."),
            Some(_) => {}
        }
    }
}

#[test]
fn a_whole_answer_is_delivered_as_it_is() {
    let told = tell(answer(8).len(), Then::End).told;
    for ((seq, text), (_, yours)) in TEXTS.iter().zip(&told) {
        if yours != text && yours.trim() == text.trim() {
            let why = format!("Event {seq} is `{yours}`: it has lost its blanks.");
            verdict::fail(WHOLE, why);
        }
        verdict::text(WHOLE, text, yours);
    }
    let numbers: Vec<u64> = told.iter().map(|(seq, _)| *seq).collect();
    verdict::equal(ONCE, TEXTS.map(|(seq, _)| seq).to_vec(), numbers);
}
