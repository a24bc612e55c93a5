//! The chapter's server decides, and the prediction is compared.

use handshake::{Origins, Policy, ServerHandshake};
use raw_http::Limits;
use wiretap::verdict::{self, Rule};

use crate::subject::e3_which::{CHANGES, REQUEST, prediction};

const LISTS: Rule = Rule::new(
    "RFC 6455 §4.2.1",
    "`Connection` and `Upgrade` are lists of words, compared as a whole and in any case.",
);
const HTTP: Rule = Rule::new(
    "RFC 9110 §7.8, RFC 9112 §3.2",
    "HTTP/1.0 has no upgrade, and HTTP/1.1 has exactly one `Host`.",
);
const VERSION: Rule = Rule::new(
    "RFC 6455 §4.4",
    "A version that the server does not speak is answered with 426 and the one that it does.",
);
const KEY: Rule = Rule::new(
    "RFC 6455 §4.2.1",
    "A key is a text \"that, when decoded, is 16 bytes in length\".",
);
const ORIGIN: Rule = Rule::new(
    "RFC 6455 §10.2",
    "An origin is compared as a whole text. A request without one comes from no page.",
);
const SUBPROTOCOL: Rule = Rule::new(
    "RFC 6455 §4.2.2",
    "A server that speaks none of the offered subprotocols leaves the field out.",
);

/// What the chapter's server answers to a changed request.
fn truth(index: usize) -> u16 {
    let (line, changed) = CHANGES[index];
    let policy = Policy {
        origins: Origins::Only(vec!["https://example.com".to_owned()]),
        subprotocols: vec!["chat".to_owned()],
    };
    let mut server = ServerHandshake::new(&Limits::default());
    let decision = match server.receive(REQUEST.replacen(line, changed, 1).as_bytes()) {
        Ok(Some((request, _))) => policy.check(&request).map(drop),
        Ok(None) => panic!("the head is whole"),
        Err(refusal) => Err(refusal),
    };
    decision.map_or_else(|refusal| refusal.response().status, |()| 101)
}

/// Compares what was predicted for the request of this number.
fn compare(rule: Rule, number: usize, why: &str) {
    let (yours, truth) = (prediction()[number - 1], truth(number - 1));
    if yours != truth {
        let why =
            format!("Request {number} gets {truth}, and you predict {yours}. {why}");
        verdict::fail(rule, why);
    }
}

#[test]
fn the_words() {
    compare(
        LISTS,
        1,
        "The list has the word among others; case does not count.",
    );
    compare(
        LISTS,
        2,
        "`websocket/13` is another word, and so it is a request like any other. 426 says: \
         not without an upgrade.",
    );
}

#[test]
fn the_http_around_it() {
    compare(
        HTTP,
        3,
        "In HTTP/1.0, `Upgrade` is ignored, as if it were not there; a `Host` is not needed.",
    );
    compare(
        HTTP,
        4,
        "Chapter 1 refuses it before anybody looks for an upgrade.",
    );
}

#[test]
fn the_version_and_the_key() {
    compare(
        VERSION,
        5,
        "It is not a mistake, it is a version; the answer names ours.",
    );
    compare(
        KEY,
        6,
        "The last letter carries bits that belong to no byte; it decodes to 16 bytes all \
         the same, and it is the RFC's own example.",
    );
}

#[test]
fn the_page() {
    compare(
        ORIGIN,
        7,
        "It is the same origin to a person, and another text. A browser leaves the \
         scheme's own port out.",
    );
    compare(
        ORIGIN,
        8,
        "Programs send none, and the check is not against them.",
    );
}

#[test]
fn the_subprotocol() {
    compare(
        SUBPROTOCOL,
        9,
        "The handshake is accepted without a subprotocol; whether that will do is for the \
         client to say. A browser says no.",
    );
}
