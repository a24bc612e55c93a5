//! Whole messages, messages cut at every byte, and what may stand in a body.

use wiretap::verdict::{self, Rule};

use crate::subject::e2_measure::{Message, measure};

const HEAD: Rule = Rule::new(
    "RFC 9112 §2.1",
    "A head ends with an empty line, which belongs to it.",
);
const LENGTH: Rule = Rule::new(
    "RFC 9112 §6.3",
    "The body is as long as Content-Length says; without the field it is empty here.",
);
const NAMES: Rule = Rule::new(
    "RFC 9110 §5.1",
    "The names of fields are compared without regard to upper and lower case.",
);
const COMPLETE: Rule = Rule::new(
    "RFC 9112 §8",
    "A message is complete when all bytes of its body have arrived, and not before.",
);

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

fn message(head: usize, body: usize) -> Option<Message> {
    Some(Message { head, body })
}

#[test]
fn a_message_with_a_body() {
    let yours = measure(ANSWER);
    let why =
        "You stop before the last `\\r\\n\\r\\n`: its four bytes are part of the head.";
    verdict::mistake(HEAD, message(34, 5), yours, why);
    let why = "That is the head without its empty line.";
    verdict::mistake(HEAD, message(36, 5), yours, why);
    verdict::equal(HEAD, message(38, 5), yours);
}

#[test]
fn a_message_without_a_body() {
    let yours = measure(b"HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\n\r\n");
    verdict::mistake(
        LENGTH,
        None,
        yours,
        "No field promises a body: it is complete.",
    );
    verdict::equal(LENGTH, message(40, 0), yours);
}

#[test]
fn a_head_that_is_cut_anywhere_is_no_message_yet() {
    for arrived in 0..38 {
        let yours = measure(&ANSWER[..arrived]);
        if yours.is_some() {
            let why =
                format!("{arrived} bytes of 38 have arrived, and you say {yours:?}.");
            verdict::fail(HEAD, why);
        }
    }
}

#[test]
fn a_body_that_is_cut_anywhere_is_no_message_yet() {
    for arrived in 38..ANSWER.len() {
        let yours = measure(&ANSWER[..arrived]);
        if yours.is_some() {
            let body = arrived - 38;
            let why =
                format!("{body} bytes of a body of 5 have arrived: not complete.");
            verdict::fail(COMPLETE, why);
        }
    }
    verdict::equal(COMPLETE, message(38, 5), measure(ANSWER));
}

#[test]
fn the_next_message_is_not_counted() {
    let two = [ANSWER, b"HTTP/1.1 204 No Content\r\n\r\n"].concat();
    let yours = measure(&two);
    let why = "The first message is whole. Did you search for the last empty line? \
               The head ends with the first.";
    verdict::mistake(HEAD, None, yours, why);
    verdict::equal(HEAD, message(38, 5), yours);
}

#[test]
fn a_field_is_known_by_its_name_in_any_case() {
    for name in ["content-length", "CONTENT-LENGTH", "Content-length"] {
        let bytes = format!("HTTP/1.1 200 OK\r\n{name}: 5\r\n\r\nhello");
        let yours = measure(bytes.as_bytes());
        let why = format!("You did not recognise `{name}` as Content-Length.");
        verdict::mistake(NAMES, message(38, 0), yours, why);
        verdict::equal(NAMES, message(38, 5), yours);
    }
}

#[test]
fn blanks_around_a_value_do_not_count() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length:  5 \r\n\r\nhello";
    let yours = measure(bytes);
    verdict::mistake(
        LENGTH,
        message(40, 0),
        yours,
        "Trim the value: `  5 ` is 5.",
    );
    verdict::equal(LENGTH, message(40, 5), yours);
}

#[test]
fn a_body_may_look_like_a_head() {
    let bytes =
        b"HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\nContent-Length: 1\r\n\r\n\r\n";
    let yours = measure(bytes);
    let why = "You read Content-Length from the body. Search only the head.";
    verdict::mistake(HEAD, message(39, 1), yours, why);
    verdict::equal(HEAD, message(39, 23), yours);
}
