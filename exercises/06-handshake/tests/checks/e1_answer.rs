//! What was written is read as a head, and checked as a client does.

use handshake::{Offer, sec_websocket_accept};
use raw_http::{HeadScan, Limits, RequestHead, ResponseHead};
use wiretap::escape;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_answer::answer;

const ACCEPT: Rule = Rule::new(
    "RFC 6455 §4.2.2",
    "`Sec-WebSocket-Accept` is the base64 of the SHA-1 of the key's text and the GUID.",
);
const ANSWER: Rule = Rule::new(
    "RFC 6455 §4.2.2",
    "The answer is 101, with `Upgrade: websocket`, `Connection: Upgrade` and the accept.",
);
const AS_SENT: Rule = Rule::new(
    "RFC 6455 §4.1",
    "The key is hashed as it was sent, and `AQIDBAUGBwgJCgsMDQ4PEC==` is a good one.",
);
const LIST: Rule = Rule::new(
    "RFC 9110 §5.3, §5.6.1",
    "A list may stand in several fields; its members are words, compared as a whole and in \
     any case.",
);
const VERSION: Rule = Rule::new(
    "RFC 6455 §4.4",
    "Another version is answered with 426 and `Sec-WebSocket-Version: 13`.",
);
const ONE_VERSION: Rule = Rule::new(
    "RFC 6455 §4.2.1, §11.3.5",
    "There is exactly one `Sec-WebSocket-Version`.",
);
const ORDER: Rule = Rule::new(
    "RFC 6455 §4.2.1",
    "First whether it is a WebSocket at all, then its version, then its key.",
);
const LENGTH: Rule = Rule::new("RFC 9112 §6.3", "A refusal says how long its body is.");
const NO_LENGTH: Rule = Rule::new("RFC 9110 §8.6", "A 101 has no `Content-Length`.");
const CHUNKS: Rule = Rule::new(
    "RFC 9112 §6.1",
    "`Transfer-Encoding` announces chunks. A 101 has no body, and a refusal's has a length.",
);
const KEY: Rule = Rule::new(
    "RFC 6455 §4.2.1",
    "There is exactly one `Sec-WebSocket-Key`, and it is the base64 of 16 bytes.",
);
const UPGRADE: Rule = Rule::new(
    "RFC 9110 §15.5.22",
    "A 426 says to what: `Upgrade: websocket`, named in `Connection`.",
);

const SAMPLE: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
/// What comes of hashing the GUID before the key of the sample.
const SWAPPED: &str = "2OZf2Seed9yzIpkj+zvC9KS9Mjw=";
const SPOKEN: &str = "Sec-WebSocket-Version: 13";
const GOOD: [&str; 5] = [
    "Host: example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    SAMPLE,
    SPOKEN,
];

/// The answer to the good request with some lines changed.
fn answer_with(changes: &[(&str, &str)]) -> (String, ResponseHead) {
    let fields = GOOD.map(|good| {
        let change = changes.iter().find(|(line, _)| *line == good);
        change.map_or(good, |(_, changed)| *changed)
    });
    let fields: Vec<_> = fields
        .into_iter()
        .filter(|field| !field.is_empty())
        .collect();
    let request = format!("GET /chat HTTP/1.1\r\n{}\r\n\r\n", fields.join("\r\n"));
    let mut scan = HeadScan::new(&Limits::default());
    let parsed = RequestHead::parse(request.as_bytes(), &mut scan);
    let (request, _) = parsed.expect("a good head").expect("a whole head");
    let text = answer(&request);
    let shown = escape(text.as_bytes());
    let mut scan = HeadScan::new(&Limits::default());
    match ResponseHead::parse(text.as_bytes(), &mut scan) {
        Ok(Some((head, _))) if head.headers.get("Transfer-Encoding").is_some() => {
            verdict::fail(CHUNKS, format!("You answer `{shown}`: no chunk follows."))
        }
        Ok(Some((head, length))) if length == text.len() => (shown, head),
        Ok(Some(_)) => verdict::fail(
            ANSWER,
            format!("You wrote `{shown}`: something comes after the empty line."),
        ),
        Ok(None) => verdict::fail(
            ANSWER,
            format!(
                "You wrote `{shown}`, and the client waits for the end of the head: an empty line."
            ),
        ),
        Err(error) => verdict::fail(ANSWER, format!("You wrote `{shown}`: {error}.")),
    }
}

fn accept_of(head: &ResponseHead) -> &str {
    head.headers.get("Sec-WebSocket-Accept").unwrap_or_default()
}

/// The status that must come for a changed line.
fn expect(
    rule: Rule,
    status: u16,
    line: &str,
    changed: &str,
) -> (String, ResponseHead) {
    expect_all(rule, status, &[(line, changed)])
}

/// The status that must come for some changed lines.
fn expect_all(
    rule: Rule,
    status: u16,
    changes: &[(&str, &str)],
) -> (String, ResponseHead) {
    let (shown, head) = answer_with(changes);
    if head.status != status {
        let name = |(line, changed): &(&str, &str)| match *changed {
            "" => format!("a request without `{line}`"),
            changed => format!("`{}`", changed.replace("\r\n", "` and `")),
        };
        let what: Vec<_> = changes.iter().map(name).collect();
        let what = what.join(" and ");
        let got = head.status;
        let why =
            format!("To {what} you answer {got}, and it should be {status}: `{shown}`");
        verdict::fail(rule, why);
    }
    let length = head.headers.get("Content-Length");
    if status != 101 && length != Some("0") {
        let why = format!(
            "You answer `{shown}`, and the client waits for a body until you close."
        );
        verdict::fail(LENGTH, why);
    }
    if status == 426 {
        check_426(&shown, &head);
    }
    (shown, head)
}

#[test]
fn the_sample_is_answered() {
    let (shown, head) = answer_with(&[]);
    if head.status != 101 {
        verdict::fail(
            ANSWER,
            format!("The request is good, and you answer `{shown}`."),
        );
    }
    let accept = accept_of(&head);
    if accept == SWAPPED {
        verdict::fail(ACCEPT, "The key comes first, then the GUID.");
    }
    if accept.len() == 40 {
        verdict::fail(
            ACCEPT,
            "These are hex digits: what is encoded is the twenty bytes themselves.",
        );
    }
    if accept == "dGhlIHNhbXBsZSBub25jZQ==" {
        verdict::fail(
            ACCEPT,
            "This is the key itself: whoever only repeats has proved nothing.",
        );
    }
    verdict::text(ACCEPT, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", accept);
    if head.headers.get("Content-Length").is_some() {
        let why = format!("You answer `{shown}`: what follows a 101 is no body.");
        verdict::fail(NO_LENGTH, why);
    }
    let url = "ws://example.com/chat".parse().expect("a URL");
    if let Err(rejection) = Offer::new(&url).check(*b"the sample nonce", head) {
        verdict::fail(ANSWER, format!("No client takes `{shown}`: {rejection}."));
    }
}

#[test]
fn the_key_is_hashed_as_it_was_sent() {
    let key = "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==";
    let (_, head) = answer_with(&[(SAMPLE, key)]);
    if head.status == 400 {
        let why = "The RFC's own example is refused: its last letter carries four bits that \
                   belong to no byte, and a strict base64 decoder stumbles over them.";
        verdict::fail(AS_SENT, why);
    }
    if accept_of(&head) == sec_websocket_accept("AQIDBAUGBwgJCgsMDQ4PEA==") {
        let why = "The key was decoded and encoded again before it was hashed: `…EC==` has \
                   become `…EA==`.";
        verdict::fail(AS_SENT, why);
    }
    verdict::text(AS_SENT, "OfS0wDaT5NoxF2gqm7Zj2YtetzM=", accept_of(&head));
    // The alphabet of base64 has 64 letters, and two of them are neither letter nor digit.
    let key = "+/+/Zm9v/+9iYXIrL2Jheg==";
    let (_, head) = expect(KEY, 101, SAMPLE, &format!("Sec-WebSocket-Key: {key}"));
    verdict::text(AS_SENT, sec_websocket_accept(key), accept_of(&head));
}

#[test]
fn lists_are_lists() {
    for changed in [
        "Connection: keep-alive, Upgrade",
        "Connection: UPGRADE",
        "Connection: keep-alive\r\nConnection: upgrade",
    ] {
        expect(LIST, 101, "Connection: Upgrade", changed);
    }
    for changed in [
        "Upgrade: WebSocket",
        "Upgrade: h2c ,\twebsocket",
        "Upgrade: h2c\r\nUpgrade: websocket",
    ] {
        expect(LIST, 101, "Upgrade: websocket", changed);
    }
    for changed in [
        "Connection: x-upgrade-not",
        "Connection: keep-alive Upgrade",
        "",
    ] {
        expect(LIST, 426, "Connection: Upgrade", changed);
    }
    for changed in ["Upgrade: websockets", "Upgrade: websocket/13", ""] {
        expect(LIST, 426, "Upgrade: websocket", changed);
    }
}

fn check_426(shown: &str, head: &ResponseHead) {
    let headers = &head.headers;
    if headers.get("Upgrade") != Some("websocket")
        || !headers.has_token("Connection", "Upgrade")
    {
        verdict::fail(
            UPGRADE,
            format!("You answer `{shown}`, and the client is not told to what."),
        );
    }
}

#[test]
fn it_is_our_version() {
    for version in ["8", "130", "013"] {
        check_version(&[(SPOKEN, &format!("Sec-WebSocket-Version: {version}"))]);
    }
    for changed in [
        "",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8",
        "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Version: 13",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13",
    ] {
        expect(ONE_VERSION, 400, SPOKEN, changed);
    }
}

fn check_version(changes: &[(&str, &str)]) {
    let (shown, head) = expect_all(VERSION, 426, changes);
    if head.headers.get("Sec-WebSocket-Version") != Some("13") {
        let why = "with which version should the client come back?";
        verdict::fail(VERSION, format!("You answer `{shown}`: {why}"));
    }
}

#[test]
fn what_breaks_several_rules_is_told_the_first() {
    let no_upgrade = ("Upgrade: websocket", "");
    for line in [SAMPLE, SPOKEN] {
        expect_all(ORDER, 426, &[no_upgrade, (line, "")]);
    }
    let another = (SPOKEN, "Sec-WebSocket-Version: 8");
    expect_all(ORDER, 426, &[another, (SAMPLE, "")]);
    check_version(&[another, (SAMPLE, "")]);
}

#[test]
fn there_is_one_good_key() {
    let twice = format!("{SAMPLE}\r\n{SAMPLE}");
    for changed in [
        "",
        "Sec-WebSocket-Key: garbage",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZXNz",
        "Sec-WebSocket-Key: dGhlIHNhbXBs!SBub25jZQ==",
        "Sec-WebSocket-Key: dGhlIHNhbXBs=SBub25jZQ==",
        "Sec-WebSocket-Key: dGhlIHNhbXBs-SBub25jZQ==",
        "Sec-WebSocket-Key: dGhlIHNhbXBs_SBub25jZQ==",
        &twice,
    ] {
        expect(KEY, 400, SAMPLE, changed);
    }
}
