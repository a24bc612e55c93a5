//! What a server and a client may agree on, and with whose page: subprotocols, extensions,
//! origins.

mod common;

use common::{decide, request, status};
use handshake::{Extension, Origins, Policy, Refusal};

fn refusal(bytes: impl AsRef<[u8]>) -> Refusal {
    decide(&Policy::default(), bytes).expect_err("a refusal")
}

fn speaking(subprotocols: &[&str]) -> Policy {
    Policy {
        subprotocols: subprotocols.iter().map(|&name| name.to_owned()).collect(),
        ..Policy::default()
    }
}

#[test]
fn section_4_2_2_one_offered_subprotocol_or_no_field() {
    let policy = speaking(&["chat.v1", "chat.v2"]);
    for (offered, agreed) in [
        (None, None),
        (Some("chat.v2"), Some("chat.v2")),
        // The first that the client prefers.
        (Some("chat.v2, chat.v1"), Some("chat.v2")),
        (Some("other, chat.v1"), Some("chat.v1")),
        (Some("other"), None),
        // Names are case-sensitive.
        (Some("Chat.V1"), None),
    ] {
        let offer = request(&[("Sec-WebSocket-Protocol", offered)]);
        let accepted = decide(&policy, offer).expect("a good request");
        assert_eq!(accepted.subprotocol.as_deref(), agreed, "{offered:?}");
        let answer = String::from_utf8(accepted.encode()).expect("text");
        let field = agreed.map(|name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
        match field {
            Some(field) => assert!(answer.contains(&field), "{answer}"),
            None => assert!(!answer.contains("Sec-WebSocket-Protocol"), "{answer}"),
        }
    }
}

#[test]
fn section_11_3_4_the_subprotocols_may_stand_in_several_fields() {
    let offer = [
        ("Sec-WebSocket-Protocol", Some("other")),
        ("Sec-WebSocket-Protocol", Some("chat.v1")),
    ];
    let accepted = decide(&speaking(&["chat.v1"]), request(&offer));
    let subprotocol = accepted.expect("a good request").subprotocol;
    assert_eq!(subprotocol.as_deref(), Some("chat.v1"));
}

#[test]
fn section_4_1_subprotocols_are_tokens_each_once() {
    for offered in ["chat v1", "a, b, a", "\"chat\"", "a;b"] {
        let refusal = refusal(request(&[("Sec-WebSocket-Protocol", Some(offered))]));
        assert_eq!(refusal, Refusal::Subprotocols, "{offered:?}");
        assert_eq!(refusal.response().status, 400);
    }
}

#[test]
fn section_9_1_extensions_are_offered_and_none_is_used() {
    let offers = [
        (
            "Sec-WebSocket-Extensions",
            Some("permessage-deflate; client_max_window_bits"),
        ),
        (
            "Sec-WebSocket-Extensions",
            Some("foo; a=1; b=\"2\\3\" , bar"),
        ),
    ];
    let accepted =
        decide(&Policy::default(), request(&offers)).expect("a good request");
    let expected = [
        Extension::new("permessage-deflate").with("client_max_window_bits", None),
        Extension::new("foo")
            .with("a", Some("1"))
            .with("b", Some("23")),
        Extension::new("bar"),
    ];
    assert_eq!(accepted.extensions_offered, expected);
    let answer = String::from_utf8(accepted.encode()).expect("text");
    assert!(!answer.contains("Sec-WebSocket-Extensions"), "{answer}");
}

#[test]
fn section_9_1_a_negotiated_extension_is_answered() {
    let offer = [("Sec-WebSocket-Extensions", Some("foo; a=1, bar"))];
    let mut accepted =
        decide(&Policy::default(), request(&offer)).expect("a good request");
    let agreed = Extension::new("foo").with("a", Some("1")).with("b", None);
    accepted.extensions = vec![agreed];
    let answer = String::from_utf8(accepted.encode()).expect("text");
    assert!(
        answer.contains("\r\nSec-WebSocket-Extensions: foo; a=1; b\r\n"),
        "{answer}"
    );
}

/// §9.1: what does not conform to the grammar fails the connection.
#[test]
fn section_9_1_malformed_extensions_are_refused() {
    for offer in [
        "foo bar",
        "foo;",
        ";a",
        "foo; =1",
        "foo; a=",
        "foo; a=b=c",
        "foo; a=\"",
        "foo; a=\"b",
        "foo; a=\"b c\"",
        "foo; a=\"b,c\"",
        "foo; a=\"b\"c",
        "foo; a=\"b\\\"",
        "f\u{f6}\u{f6}",
    ] {
        let refusal = refusal(request(&[("Sec-WebSocket-Extensions", Some(offer))]));
        assert_eq!(refusal, Refusal::Extensions, "{offer:?}");
        assert_eq!(refusal.response().status, 400);
    }
}

/// §10.2: the whole table of what looks like the origin, and is another.
#[test]
fn section_10_2_origins_are_compared_exactly() {
    let only = |origins: &[&str]| Policy {
        origins: Origins::Only(origins.iter().map(|&o| o.to_owned()).collect()),
        ..Policy::default()
    };
    let policy = only(&["https://example.com", "http://localhost:8080"]);
    for (origin, expected) in [
        (Some("https://example.com"), 101),
        (Some("http://localhost:8080"), 101),
        // A program that is no browser.
        (None, 101),
        // What a sandboxed frame, a `data:` URL or a file sends.
        (Some("null"), 403),
        (Some(""), 403),
        (Some("https://evil-example.com"), 403),
        (Some("https://example.com.evil.net"), 403),
        (Some("https://sub.example.com"), 403),
        (Some("http://example.com"), 403),
        (Some("https://example.com:8443"), 403),
        (Some("http://localhost"), 403),
        (Some("http://localhost:80801"), 403),
        (Some("https://example.com/"), 403),
        (Some("https://EXAMPLE.com"), 403),
        (Some("https://evil.net, https://example.com"), 403),
        (Some("example.com"), 403),
    ] {
        let got = status(&policy, request(&[("Origin", origin)]));
        assert_eq!(got, expected, "{origin:?}");
    }
    let origin = ("Origin", Some("https://example.com"));
    assert_eq!(status(&policy, request(&[origin, origin])), 403, "twice");
    assert_eq!(
        status(&only(&["null"]), request(&[("Origin", Some("null"))])),
        101
    );
}

#[test]
fn section_10_2_without_a_list_no_page_may_connect_unless_any_may() {
    let page = request(&[("Origin", Some("https://example.com"))]);
    assert_eq!(status(&Policy::default(), &page), 403);
    let any = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    assert_eq!(status(&any, &page), 101);
}
