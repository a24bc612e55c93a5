//! The streams are sent to the chapter's server, and what happens is compared.

use std::time::Duration;

use raw_http::{Config, Request, Response, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use wiretap::verdict::{self, Rule};
use wiretap::{Dial, Link, Recorder, harness};

use crate::subject::e1_streams::{self, Prediction};

const PIPELINE: Rule = Rule::new(
    "RFC 9112 §9.3.2",
    "Requests may follow each other at once, and are answered in their order.",
);
const PERSISTENCE: Rule = Rule::new(
    "RFC 9112 §9.3",
    "A connection stays open after an answer in HTTP/1.1, and ends after it in HTTP/1.0, \
     unless a Connection field says otherwise.",
);
const HOST: Rule = Rule::new(
    "RFC 9112 §3.2",
    "A request of HTTP/1.1 without Host is answered with 400. What the server could not \
     read ends the connection.",
);
const LENGTH: Rule = Rule::new(
    "RFC 9112 §6.3",
    "The body is as long as Content-Length says, whatever is in it; after it comes the \
     next request.",
);

async fn answer(request: Request) -> Response {
    match request.method.as_str() {
        "GET" | "POST" => Response::text(200, "yes"),
        _ => Response::text(405, "no"),
    }
}

/// What really comes back within a second.
fn seen(stream: &'static str) -> (Vec<u16>, bool) {
    harness::run("the stream and what comes back", async move {
        let (dialer, listener) = Link::new().network(&Recorder::new("a stream"));
        let server = serve(listener, answer, Config::default(), std::future::pending());
        tokio::spawn(server);
        let mut io = dialer.dial().await.expect("the server listens");
        io.write_all(stream.as_bytes()).await.expect("it is open");
        let mut bytes = Vec::new();
        let end = timeout(Duration::from_secs(1), io.read_to_end(&mut bytes)).await;
        let text = String::from_utf8(bytes).expect("answers of text");
        let statuses = text
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| answer[..3].parse().expect("a status"));
        (statuses.collect(), end.is_err())
    })
}

fn compare(rule: Rule, stream: &'static str, yours: Prediction) {
    let (statuses, stays_open) = seen(stream);
    verdict::equal(rule, statuses, yours.statuses.to_vec());
    let outcome = |open: bool| match open {
        true => "the connection stays open",
        false => "the server closes the connection",
    };
    verdict::equal(rule, outcome(stays_open), outcome(yours.stays_open));
}

#[test]
fn two_at_once() {
    let yours = e1_streams::two_at_once();
    let why = "They came in one read, and they are two requests all the same: TCP does \
               not know what a read is.";
    verdict::mistake(PIPELINE, [200].as_slice(), yours.statuses, why);
    compare(PIPELINE, e1_streams::TWO_AT_ONCE, yours);
}

#[test]
fn old() {
    let yours = e1_streams::old();
    let why = "The second request is there, and nobody reads it: the first answer of \
               HTTP/1.0 is the last.";
    verdict::mistake(PERSISTENCE, [200, 200].as_slice(), yours.statuses, why);
    let why = "HTTP/1.0 has no Host to miss.";
    verdict::mistake(HOST, [400].as_slice(), yours.statuses, why);
    compare(PERSISTENCE, e1_streams::OLD, yours);
}

#[test]
fn nameless() {
    let yours = e1_streams::nameless();
    let why = "The second request is a good one. But a server that could not read the \
               first does not know where the second begins: it must not try.";
    verdict::mistake(HOST, [400, 200].as_slice(), yours.statuses, why);
    compare(HOST, e1_streams::NAMELESS, yours);
}

#[test]
fn length_too_small() {
    let yours = e1_streams::length_too_small();
    let why =
        "The body is `hel`. The `lo` that is left is where the next request begins.";
    verdict::mistake(LENGTH, [200, 200].as_slice(), yours.statuses, why);
    let why = "`loGET` is not a method you know, but it is a token, so the request can be \
               read: the handler answers it, not the parser.";
    verdict::mistake(LENGTH, [200, 400].as_slice(), yours.statuses, why);
    compare(LENGTH, e1_streams::LENGTH_TOO_SMALL, yours);
}

#[test]
fn length_too_large() {
    let yours = e1_streams::length_too_large();
    let why = "Five of ten bytes are there. The others may come any moment, and until \
               then there is no request to answer.";
    verdict::mistake(LENGTH, [200].as_slice(), yours.statuses, why);
    let why = "A request that is not complete is not wrong. Five bytes of its body are \
               missing, and the server waits for them.";
    verdict::mistake(LENGTH, [400].as_slice(), yours.statuses, why);
    let why =
        "408 comes in the end, after 30 s: the question is what comes within one.";
    verdict::mistake(LENGTH, [408].as_slice(), yours.statuses, why);
    compare(LENGTH, e1_streams::LENGTH_TOO_LARGE, yours);
}
