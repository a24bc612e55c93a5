//! The same requests to this chapter's server, to axum and to tungstenite: the page's
//! table of what each of them answers.

mod common;
mod others;

use common::{FIELDS, head, request};
use handshake::{Origins, Policy, ServerHandshake};
use others::{Script, axum_answers, version_of};
use raw_http::Limits;
use wiretap::harness;

type Changes = &'static [(&'static str, Option<&'static str>)];

/// What is special about a request, the section that says what to do with it, and what
/// differs from the good request.
const REQUESTS: [(&str, &str, Changes); 21] = [
    ("the request of §1.3", "RFC 6455 §1.3", &[]),
    (
        "`Connection: keep-alive, Upgrade`",
        "RFC 6455 §4.2.1",
        &[("Connection", Some("keep-alive, Upgrade"))],
    ),
    (
        "`keep-alive` and `Upgrade` on two lines",
        "RFC 9110 §5.3",
        &[
            ("Connection", Some("keep-alive")),
            ("Connection", Some("Upgrade")),
        ],
    ),
    (
        "`Connection: x-upgrade-not`",
        "RFC 6455 §4.2.1",
        &[("Connection", Some("x-upgrade-not"))],
    ),
    (
        "`Connection: keep-alive Upgrade`",
        "RFC 9110 §5.6.1",
        &[("Connection", Some("keep-alive Upgrade"))],
    ),
    (
        "`Upgrade: WebSocket`",
        "RFC 6455 §4.2.1",
        &[("Upgrade", Some("WebSocket"))],
    ),
    (
        "`Upgrade: h2c, websocket`",
        "RFC 9110 §7.8",
        &[("Upgrade", Some("h2c, websocket"))],
    ),
    ("no `Upgrade`", "RFC 9110 §15.5.22", &[("Upgrade", None)]),
    ("no key", "RFC 6455 §4.2.1", &[("Sec-WebSocket-Key", None)]),
    (
        "the key is `garbage`",
        "RFC 6455 §4.2.1",
        &[("Sec-WebSocket-Key", Some("garbage"))],
    ),
    (
        "two keys",
        "RFC 6455 §11.3.1",
        &[
            ("Sec-WebSocket-Key", Some("dGhlIHNhbXBsZSBub25jZQ==")),
            ("Sec-WebSocket-Key", Some("AQIDBAUGBwgJCgsMDQ4PEC==")),
        ],
    ),
    (
        "the key of §4.1, whose last letter is odd",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Key", Some("AQIDBAUGBwgJCgsMDQ4PEC=="))],
    ),
    (
        "version 8",
        "RFC 6455 §4.4",
        &[("Sec-WebSocket-Version", Some("8"))],
    ),
    (
        "no version",
        "RFC 6455 §4.2.1",
        &[("Sec-WebSocket-Version", None)],
    ),
    (
        "two versions, 13 and 8",
        "RFC 6455 §11.3.5",
        &[
            ("Sec-WebSocket-Version", Some("13")),
            ("Sec-WebSocket-Version", Some("8")),
        ],
    ),
    (
        "`Sec-WebSocket-Protocol: a b`",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Protocol", Some("a b"))],
    ),
    (
        "`Sec-WebSocket-Extensions: a;;`",
        "RFC 6455 §9.1",
        &[("Sec-WebSocket-Extensions", Some("a;;"))],
    ),
    (
        "two `Host`s",
        "RFC 9112 §3.2",
        &[("Host", Some("a")), ("Host", Some("b"))],
    ),
    ("no `Host`", "RFC 9112 §3.2", &[("Host", None)]),
    (
        "`Expect: 100-continue`",
        "RFC 9110 §7.8",
        &[("Expect", Some("100-continue"))],
    ),
    (
        "the `Origin` of a stranger's page",
        "RFC 6455 §10.2",
        &[("Origin", Some("https://evil.example"))],
    ),
];

/// A request with a body, in two ways of writing it.
fn bodies() -> [(&'static str, &'static str, Vec<String>); 2] {
    let head = request(&[("Content-Length", Some("5"))]);
    let together = format!("{head}hello");
    [
        (
            "a body in one write with the head",
            "RFC 9110 §9.3.1",
            vec![together],
        ),
        (
            "a body that comes after the head",
            "RFC 9110 §9.3.1",
            vec![head, "hello".to_owned()],
        ),
    ]
}

/// Requests whose first line is special, or the bytes around the fields.
fn odd_requests() -> [(&'static str, &'static str, String); 4] {
    let folded = [("X", Some("a\r\n b"))];
    [
        (
            "`POST`",
            "RFC 6455 §4.1",
            head("POST /chat HTTP/1.1", &FIELDS, &[]),
        ),
        (
            "HTTP/1.0",
            "RFC 9110 §7.8",
            head("GET /chat HTTP/1.0", &FIELDS, &[]),
        ),
        (
            "lines that end with LF alone",
            "RFC 9112 §2.2",
            request(&[]).replace("\r\n", "\n"),
        ),
        ("a folded line", "RFC 9112 §5.2", request(&folded)),
    ]
}

/// What stands for no answer.
const CLOSES: &str = "closes";

/// The statuses of the heads in an answer, such as `100, 101`.
fn statuses(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let heads = text
        .split("\r\n")
        .filter_map(|line| line.strip_prefix("HTTP/1."));
    let statuses = heads.filter_map(|line| line.split(' ').nth(1));
    let is_number = |text: &&str| text.parse::<u16>().is_ok();
    let statuses: Vec<_> = statuses.filter(is_number).collect();
    match statuses.is_empty() {
        true => CLOSES.to_owned(),
        false => format!("`{}`", statuses.join(", ")),
    }
}

fn ours(writes: &[&[u8]]) -> String {
    let policy = Policy {
        origins: Origins::Only(vec!["https://example.com".to_owned()]),
        subprotocols: vec!["chat.v1".to_owned()],
    };
    let mut handshake = ServerHandshake::new(&Limits::default());
    let outcome = match handshake.receive(writes[0]) {
        Ok(Some((head, _))) => policy.check(&head),
        Ok(None) => panic!("the head is whole"),
        Err(refusal) => Err(refusal),
    };
    statuses(&handshake.answer(&outcome))
}

fn axum(writes: &[&[u8]]) -> String {
    let writes: Vec<_> = writes.iter().map(|bytes| bytes.to_vec()).collect();
    let answer = harness::run("a request to axum", async move {
        let writes: Vec<&[u8]> = writes.iter().map(Vec::as_slice).collect();
        axum_answers(&writes).await
    });
    statuses(&answer)
}

fn tungstenite_0_29(writes: &[&[u8]]) -> String {
    let mut script = Script::new(writes);
    // The outcome tells less than what was sent.
    let _ = tungstenite::accept(&mut script);
    statuses(&script.outgoing)
}

fn tungstenite_0_30(writes: &[&[u8]]) -> String {
    let mut script = Script::new(writes);
    let _ = tungstenite_0_30::accept(&mut script);
    statuses(&script.outgoing)
}

/// The request, its section, and what the four make of it.
fn rows() -> Vec<[String; 6]> {
    let ordinary = REQUESTS
        .iter()
        .map(|&(what, section, changes)| (what, section, vec![request(changes)]));
    let odd = odd_requests().map(|(what, section, bytes)| (what, section, vec![bytes]));
    let rows = ordinary
        .chain(bodies())
        .chain(odd)
        .map(|(what, section, writes)| {
            let writes: Vec<_> = writes.iter().map(String::as_bytes).collect();
            let servers = [ours, axum, tungstenite_0_29, tungstenite_0_30];
            let [ours, axum, older, newer] = servers.map(|server| server(&writes));
            [
                what.to_owned(),
                section.to_owned(),
                ours,
                axum,
                older,
                newer,
            ]
        });
    rows.collect()
}

/// Whether all of them open a WebSocket, or all refuse; and those that answer, in the same
/// way.
fn agree(answers: &[String]) -> bool {
    let given = answers.iter().filter(|answer| *answer != CLOSES);
    let mut given: Vec<_> = given.collect();
    let opens = |answer: &String| answer.contains("101");
    let all_open = answers.iter().all(opens);
    let all_refuse = !answers.iter().any(opens);
    given.dedup();
    given.len() == 1 && (all_open || all_refuse)
}

#[test]
fn peer_what_a_stricter_server_sees() {
    let (same, differing): (Vec<_>, Vec<_>) = rows()
        .into_iter()
        .partition(|[_, _, answers @ ..]| agree(answers));
    let agreed_on = |opens: bool| {
        let rows = same
            .iter()
            .filter(|[_, _, ours, ..]| ours.contains("101") == opens);
        let names: Vec<_> = rows.map(|[what, ..]| &what[..]).collect();
        names.join("; ")
    };
    let note = format!(
        "Each with its defaults, ours with a list of one origin. \"closes\": the connection \
         ends without an answer. All four open with: {}. And all four refuse, with the \
         same status where they answer: {}.",
        agreed_on(true),
        agreed_on(false)
    );
    let table = serde_json::json!({
        "caption": "What four servers answer",
        "columns": [
            "the request",
            "section",
            "this chapter",
            format!("axum {}", version_of("axum", 0)),
            format!("tungstenite {}", version_of("tungstenite", 0)),
            format!("tungstenite {}", version_of("tungstenite", 1)),
        ],
        "rows": differing,
        "note": note,
    });
    let table = serde_json::to_string_pretty(&table).expect("JSON");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("stricter", table);
    });
}
