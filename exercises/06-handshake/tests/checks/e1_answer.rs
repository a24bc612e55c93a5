//! What was written is read as a head, and checked as a client does.

use handshake::{Offer, sec_websocket_accept};
use raw_http::{HeadScan, Limits, RequestHead, ResponseHead};
use wiretap::escape;
use wiretap::verdict::{self, Rule};

use crate::subject::e1_answer::{GUID, answer};

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
const KEY: Rule = Rule::new(
    "RFC 6455 §4.2.1",
    "There is exactly one `Sec-WebSocket-Key`, and it is the base64 of 16 bytes.",
);
const UPGRADE: Rule = Rule::new(
    "RFC 9110 §15.5.22",
    "A 426 says to what: `Upgrade: websocket`, named in `Connection`.",
);

const SAMPLE: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const GOOD: [&str; 5] = [
    "Host: example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    SAMPLE,
    "Sec-WebSocket-Version: 13",
];

/// The answer to the good request with one line changed.
fn answer_with(line: &str, changed: &str) -> (String, ResponseHead) {
    let fields = GOOD.map(|good| if good == line { changed } else { good });
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
    let (shown, head) = answer_with(line, changed);
    if head.status != status {
        let what = match changed {
            "" => format!("a request without `{line}`"),
            changed => format!("`{}`", changed.replace("\r\n", "` and `")),
        };
        let got = head.status;
        let why =
            format!("To {what} you answer {got}, and it should be {status}: `{shown}`");
        verdict::fail(rule, why);
    }
    (shown, head)
}

#[test]
fn the_sample_is_answered() {
    let (shown, head) = answer_with("", "");
    if head.status != 101 {
        verdict::fail(
            ANSWER,
            format!("The request is good, and you answer `{shown}`."),
        );
    }
    let accept = accept_of(&head);
    if accept == sec_websocket_accept_of_swapped() {
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
    let url = "ws://example.com/chat".parse().expect("a URL");
    if let Err(rejection) = Offer::new(&url).check(*b"the sample nonce", head) {
        verdict::fail(ANSWER, format!("No client takes `{shown}`: {rejection}."));
    }
}

/// What comes of hashing the GUID before the key.
fn sec_websocket_accept_of_swapped() -> String {
    use base64::Engine as _;
    use sha1::Digest as _;
    let hash = sha1::Sha1::new()
        .chain_update(GUID)
        .chain_update("dGhlIHNhbXBsZSBub25jZQ==")
        .finalize();
    base64::engine::general_purpose::STANDARD.encode(hash)
}

#[test]
fn the_key_is_hashed_as_it_was_sent() {
    let key = "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==";
    let (shown, head) = answer_with(SAMPLE, key);
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
    if head.status != 101 {
        verdict::fail(AS_SENT, format!("You answer `{shown}`."));
    }
    verdict::text(AS_SENT, "OfS0wDaT5NoxF2gqm7Zj2YtetzM=", accept_of(&head));
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
        let (shown, head) = expect(LIST, 426, "Connection: Upgrade", changed);
        check_426(&shown, &head);
    }
    for changed in ["Upgrade: websockets", "Upgrade: websocket/13", ""] {
        let (shown, head) = expect(LIST, 426, "Upgrade: websocket", changed);
        check_426(&shown, &head);
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
    if headers.get("Content-Length") != Some("0") {
        let why = format!(
            "You answer `{shown}`, and the client waits for a body until you close."
        );
        verdict::fail(
            Rule::new("RFC 9112 §6.3", "An answer says how long its body is."),
            why,
        );
    }
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let version = "Sec-WebSocket-Version: 13";
    for changed in [
        "Sec-WebSocket-Version: 8",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8",
        "",
    ] {
        let (shown, head) = expect(VERSION, 426, version, changed);
        check_426(&shown, &head);
        if head.headers.get("Sec-WebSocket-Version") != Some("13") {
            let why = format!(
                "You answer `{shown}`: with which version should the client come back?"
            );
            verdict::fail(VERSION, why);
        }
    }
    let twice = format!("{SAMPLE}\r\n{SAMPLE}");
    for changed in [
        "",
        "Sec-WebSocket-Key: garbage",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZXNz",
        "Sec-WebSocket-Key: dGhlIHNhbXBs!SBub25jZQ==",
        &twice,
    ] {
        expect(KEY, 400, SAMPLE, changed);
    }
}
