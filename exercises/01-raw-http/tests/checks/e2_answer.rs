//! The answers, byte for byte.

use raw_http::{Request, Version};
use wiretap::verdict::{self, Rule};

use crate::subject::e2_answer::answer;

const MESSAGE: Rule = Rule::new(
    "RFC 9112 §2.1",
    "An answer is a status line, field lines, an empty line and a body; each line ends in \
     CR LF.",
);
const LENGTH: Rule = Rule::new("RFC 9110 §8.6", "Content-Length counts bytes.");
const HEAD: Rule = Rule::new(
    "RFC 9110 §9.3.2",
    "HEAD is answered with the head that GET would get, and with no body.",
);
const BODILESS: Rule = Rule::new(
    "RFC 9110 §8.6, §6.4.1",
    "A 204 and a 304 have no body, and here no Content-Length.",
);
const VERSION: Rule = Rule::new(
    "RFC 9110 §2.5",
    "A server says the version that it speaks, not the one that it was asked in.",
);
const PERSISTENCE: Rule = Rule::new(
    "RFC 9112 §9.3",
    "What differs from the version's own default is said: close in 1.1, keep-alive in \
     1.0; and an answer that is the last one says close.",
);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn old(connection: Option<&str>) -> Request {
    let mut request = Request::get("/");
    request.version = Version::Http10;
    match connection {
        Some(value) => request.header("Connection", value),
        None => request,
    }
}

#[test]
fn the_answer_to_a_get() {
    let yours = answer(&Request::get("/"), 200, "OK", "hello");
    let expected = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    if !text(&yours).contains('\r') {
        verdict::fail(
            MESSAGE,
            "There is no CR in your answer: `\\n` alone ends no line.",
        );
    }
    verdict::bytes(MESSAGE, expected, &yours);
}

#[test]
fn the_length_is_in_bytes() {
    let yours = answer(&Request::get("/"), 200, "OK", "café");
    if text(&yours).contains("Content-Length: 4\r\n") {
        let why = "`café` has four characters and five bytes: the client would wait for \
                   no more than `caf` and half an `é`.";
        verdict::fail(LENGTH, why);
    }
    let expected = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ncafé";
    verdict::bytes(LENGTH, expected, &yours);
}

#[test]
fn an_empty_body_has_a_length() {
    let yours = answer(&Request::get("/"), 404, "Not Found", "");
    if !text(&yours).contains("Content-Length") {
        let why = "Without a length the client reads until you close the connection, and \
                   you keep it open.";
        verdict::fail(LENGTH, why);
    }
    let expected = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    verdict::bytes(LENGTH, expected, &yours);
}

#[test]
fn the_answer_to_a_head() {
    let yours = answer(&Request::new("HEAD", "/"), 200, "OK", "hello");
    if text(&yours).ends_with("hello") {
        let why = "The client reads no body after HEAD: it takes yours for the beginning \
                   of the next answer.";
        verdict::fail(HEAD, why);
    }
    if text(&yours).contains("Content-Length: 0") {
        let why = "The length is that of the body which GET would get.";
        verdict::fail(HEAD, why);
    }
    verdict::bytes(HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", &yours);
}

#[test]
fn no_content_and_not_modified() {
    for (status, reason) in [(204, "No Content"), (304, "Not Modified")] {
        let yours = answer(&Request::get("/"), status, reason, "hello");
        if text(&yours).ends_with("hello") {
            let why = format!(
                "No client reads a body after {status}: yours is the beginning of the \
                 next answer."
            );
            verdict::fail(BODILESS, why);
        }
        let expected = format!("HTTP/1.1 {status} {reason}\r\n\r\n");
        verdict::bytes(BODILESS, expected, &yours);
    }
}

#[test]
fn the_last_answer_says_so() {
    let request = Request::get("/").header("Connection", "close");
    let yours = answer(&request, 200, "OK", "hello");
    let expected =
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    verdict::bytes(PERSISTENCE, expected, &yours);
}

#[test]
fn a_client_of_1_0() {
    let yours = answer(&old(None), 200, "OK", "hello");
    if text(&yours).starts_with("HTTP/1.0") {
        verdict::fail(VERSION, "You answer in the client's version.");
    }
    let expected =
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    verdict::bytes(PERSISTENCE, expected, &yours);
}

#[test]
fn a_client_of_1_0_that_wants_to_stay() {
    let yours = answer(&old(Some("Keep-Alive")), 200, "OK", "hello");
    if !text(&yours).contains("Connection") {
        let why = "In HTTP/1.0 silence means close. Say that you keep the connection, or \
                   the client closes it.";
        verdict::fail(PERSISTENCE, why);
    }
    let expected =
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello";
    verdict::bytes(PERSISTENCE, expected, &yours);
}
