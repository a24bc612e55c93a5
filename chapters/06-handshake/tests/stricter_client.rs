//! The same answers to this chapter's client and to tungstenite's: the page's table of
//! what each of them makes of an answer.

mod common;
mod others;

use common::{ACCEPT, FIELDS, NONCE, answer, offer};
use handshake::ClientHandshake;
use others::{Script, version_of};
use raw_http::Limits;

type Changes = &'static [(&'static str, Option<&'static str>)];

/// What is special about an answer, the section that says what to do with it, and what
/// differs from the good answer. `chat.v1` was offered, and no extension.
const ANSWERS: [(&str, &str, Changes); 17] = [
    ("the answer of §1.3", "RFC 6455 §1.3", &[]),
    ("no `Upgrade`", "RFC 6455 §4.1", &[("Upgrade", None)]),
    (
        "`Upgrade: websocket, h2c`",
        "RFC 6455 §4.1",
        &[("Upgrade", Some("websocket, h2c"))],
    ),
    ("no `Connection`", "RFC 6455 §4.1", &[("Connection", None)]),
    (
        "`Connection: keep-alive, Upgrade`",
        "RFC 6455 §4.1",
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
        "no `Sec-WebSocket-Accept`",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Accept", None)],
    ),
    (
        "the accept of another key",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Accept", Some("OfS0wDaT5NoxF2gqm7Zj2YtetzM="))],
    ),
    (
        "the right accept, then a wrong one",
        "RFC 6455 §11.3.3",
        &[
            ("Sec-WebSocket-Accept", Some(ACCEPT)),
            ("Sec-WebSocket-Accept", Some("OfS0wDaT5NoxF2gqm7Zj2YtetzM=")),
        ],
    ),
    (
        "an extension that was not offered",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Extensions", Some("permessage-deflate"))],
    ),
    (
        "a subprotocol that was not offered",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Protocol", Some("chat.v2"))],
    ),
    (
        "the offered subprotocol, then another",
        "RFC 6455 §11.3.4",
        &[
            ("Sec-WebSocket-Protocol", Some("chat.v1")),
            ("Sec-WebSocket-Protocol", Some("chat.v2")),
        ],
    ),
    (
        "no subprotocol",
        "RFC 6455 §4.1",
        &[("Sec-WebSocket-Protocol", None)],
    ),
    (
        "a `Content-Length`",
        "RFC 9110 §8.6",
        &[("Content-Length", Some("0"))],
    ),
    ("a field without a value", "RFC 9112 §5", &[("X", Some(""))]),
    ("a folded line", "RFC 9112 §5.2", &[("X", Some("a\r\n b"))]),
    ("a tab in a value", "RFC 9110 §5.5", &[("X", Some("a\tb"))]),
];

fn odd_answers() -> [(&'static str, &'static str, String); 5] {
    let good = good(&[]);
    [
        (
            "a 100 before the 101",
            "RFC 9110 §15.2",
            format!("HTTP/1.1 100 Continue\r\n\r\n{good}"),
        ),
        (
            "a 103 before the 101",
            "RFC 9110 §15.2",
            format!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n{good}"),
        ),
        (
            "HTTP/1.0",
            "RFC 9110 §7.8",
            good.replace("HTTP/1.1", "HTTP/1.0"),
        ),
        ("status 200", "RFC 6455 §4.1", good.replace("101", "200")),
        (
            "lines that end with LF alone",
            "RFC 9112 §2.2",
            good.replace("\r\n", "\n"),
        ),
    ]
}

/// The good answer to the offer of `chat.v1`, with these changes.
fn good(changes: &[(&str, Option<&str>)]) -> String {
    let is_changed = changes
        .iter()
        .any(|(name, _)| *name == "Sec-WebSocket-Protocol");
    let subprotocol = [("Sec-WebSocket-Protocol", Some("chat.v1"))];
    let subprotocol = if is_changed { &[][..] } else { &subprotocol };
    answer(&[subprotocol, changes].concat())
}

fn ours(bytes: &[u8]) -> bool {
    let mut offer = offer();
    offer.subprotocols = vec!["chat.v1".to_owned()];
    let handshake = ClientHandshake::new(offer, NONCE, Limits::default());
    let mut handshake = handshake.expect("an offer that can be written");
    matches!(handshake.receive(bytes), Ok(Some(_)))
}

macro_rules! by_tungstenite {
    ($name:ident, $library:ident) => {
        fn $name(bytes: &[u8]) -> bool {
            let request = $library::http::Request::get("ws://server.example.com/chat");
            let request = FIELDS
                .iter()
                .chain(&[("Sec-WebSocket-Protocol", "chat.v1")])
                .fold(request, |request, (name, value)| {
                    request.header(*name, *value)
                });
            let request = request.body(()).expect("a request");
            $library::client(request, Script::new(&[bytes])).is_ok()
        }
    };
}

by_tungstenite!(tungstenite_0_29, tungstenite);
by_tungstenite!(tungstenite_0_30, tungstenite_0_30);

/// The answer, its section, and whether each of the three takes it.
fn rows() -> Vec<(&'static str, &'static str, [bool; 3])> {
    let ordinary = ANSWERS
        .iter()
        .map(|&(what, section, changes)| (what, section, good(changes)));
    let rows = ordinary.chain(odd_answers()).map(|(what, section, bytes)| {
        let clients = [ours, tungstenite_0_29, tungstenite_0_30];
        (
            what,
            section,
            clients.map(|client| client(bytes.as_bytes())),
        )
    });
    rows.collect()
}

#[test]
fn peer_what_a_stricter_client_sees() {
    let (same, differing): (Vec<_>, Vec<_>) = rows()
        .into_iter()
        .partition(|(_, _, [ours, older, newer])| ours == older && ours == newer);
    let agreed_on = |taken: bool| {
        let rows = same.iter().filter(|(_, _, [ours, ..])| *ours == taken);
        let names: Vec<_> = rows.map(|(what, ..)| *what).collect();
        names.join("; ")
    };
    let shown = |opens: bool| if opens { "opens" } else { "refuses" };
    let rows: Vec<_> = differing
        .iter()
        .map(|(what, section, [ours, older, newer])| {
            [*what, *section, shown(*ours), shown(*older), shown(*newer)]
        })
        .collect();
    let table = serde_json::json!({
        "caption": "What three clients make of an answer",
        "columns": [
            "the answer",
            "section",
            "this chapter",
            format!("tungstenite {}", version_of("tungstenite", 0)),
            format!("tungstenite {}", version_of("tungstenite", 1)),
        ],
        "rows": rows,
        "note": format!(
            "All three open with: {}. And all three refuse: {}.",
            agreed_on(true),
            agreed_on(false)
        ),
    });
    let table = serde_json::to_string_pretty(&table).expect("JSON");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("stricter_client", table);
    });
}
