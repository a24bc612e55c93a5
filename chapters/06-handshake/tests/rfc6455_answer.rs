//! The client's part, section by section: RFC 6455 §4.1, and what HTTP adds to it.

mod common;

use common::{ACCEPT, NONCE, answer, head, judge, judge_with_rest, offer};
use handshake::{ClientHandshake, Extension, InvalidOffer, Offer, Rejection};
use raw_http::{HeadError, Limits};

fn rejection(bytes: impl AsRef<[u8]>) -> Rejection {
    judge(&offer(), bytes).expect_err("a rejection")
}

fn handshake(offer: Offer) -> Result<ClientHandshake, InvalidOffer> {
    ClientHandshake::new(offer, NONCE, Limits::default())
}

#[test]
fn section_1_3_the_sample_request() {
    let handshake = handshake(offer()).expect("an offer");
    let expected = "GET /chat HTTP/1.1\r\n\
                    Host: server.example.com\r\n\
                    Upgrade: websocket\r\n\
                    Connection: Upgrade\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                    Sec-WebSocket-Version: 13\r\n\r\n";
    assert_eq!(str::from_utf8(handshake.request()), Ok(expected));
    let agreed = judge(&offer(), answer(&[])).expect("a good answer");
    assert_eq!((agreed.subprotocol, agreed.extensions), (None, vec![]));
}

#[test]
fn section_4_1_everything_that_can_be_offered() {
    let mut offer = offer();
    offer.subprotocols = vec!["chat.v2".to_owned(), "chat.v1".to_owned()];
    offer.extensions = vec![
        Extension::new("foo").with("a", Some("1")),
        Extension::new("bar"),
    ];
    offer.headers.append("Origin", "http://example.com");
    offer.headers.append("Cookie", "a=b");
    let handshake = handshake(offer).expect("an offer");
    let request = str::from_utf8(handshake.request()).expect("text");
    let expected = "Sec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Protocol: chat.v2, chat.v1\r\n\
                    Sec-WebSocket-Extensions: foo; a=1, bar\r\n\
                    Origin: http://example.com\r\n\
                    Cookie: a=b\r\n\r\n";
    assert!(request.ends_with(expected), "{request}");
}

#[test]
fn section_4_1_what_cannot_be_written_is_not_sent() {
    let refused = |change: fn(&mut Offer)| {
        let mut offer = offer();
        change(&mut offer);
        handshake(offer).expect_err("an offer that cannot be written")
    };
    for host in [
        |o: &mut Offer| o.host.clear(),
        |o: &mut Offer| o.host.push_str("\r\nX: y"),
    ] {
        assert!(refused(host).0.contains("host"));
    }
    for resource_name in [
        |o: &mut Offer| o.resource_name = "chat".to_owned(),
        |o: &mut Offer| o.resource_name = "/a b".to_owned(),
        |o: &mut Offer| o.resource_name = "/\r\n".to_owned(),
        |o: &mut Offer| o.resource_name = "/a#b".to_owned(),
        |o: &mut Offer| o.resource_name = "/\u{e9}".to_owned(),
    ] {
        assert!(refused(resource_name).0.contains("resource name"));
    }
    for subprotocols in [
        |o: &mut Offer| o.subprotocols = vec!["a b".to_owned()],
        |o: &mut Offer| o.subprotocols = vec![String::new()],
        |o: &mut Offer| o.subprotocols = vec!["a".to_owned(), "a".to_owned()],
    ] {
        assert!(refused(subprotocols).0.contains("subprotocols"));
    }
    let extension =
        refused(|o| o.extensions = vec![Extension::new("a").with("b", Some(""))]);
    assert!(extension.0.contains("extensions"));
    let headers = refused(|o| o.headers.append("connection", "close"));
    assert!(headers.0.contains("itself"));
}

#[test]
fn section_4_1_any_other_status_is_no_websocket() {
    for (status, reason) in [
        (200, "OK"),
        (301, "Moved Permanently"),
        (401, "Unauthorized"),
        (426, "Upgrade Required"),
        (503, "Service Unavailable"),
    ] {
        // Everything else about it is as it should be.
        let start_line = format!("HTTP/1.1 {status} {reason}");
        let base = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", ACCEPT),
        ];
        match rejection(head(&start_line, &base, &[])) {
            Rejection::Status(head) => assert_eq!(head.status, status),
            other => panic!("{status}: {other:?}"),
        }
    }
}

#[test]
fn section_4_1_upgrade_is_websocket_in_any_case() {
    for upgrade in ["websocket", "WebSocket", "WEBSOCKET"] {
        let answer = answer(&[("Upgrade", Some(upgrade))]);
        assert!(judge(&offer(), answer).is_ok(), "{upgrade:?}");
    }
    for upgrade in [
        None,
        Some(""),
        Some("h2c"),
        Some("websocket, h2c"),
        Some("x-websocket"),
    ] {
        let rejection = rejection(answer(&[("Upgrade", upgrade)]));
        assert_eq!(rejection, Rejection::Upgrade, "{upgrade:?}");
    }
}

#[test]
fn section_4_1_connection_has_the_token_upgrade() {
    for connection in ["Upgrade", "upgrade", "keep-alive, Upgrade"] {
        let answer = answer(&[("Connection", Some(connection))]);
        assert!(judge(&offer(), answer).is_ok(), "{connection:?}");
    }
    let two_lines = [
        ("Connection", Some("keep-alive")),
        ("Connection", Some("Upgrade")),
    ];
    assert!(judge(&offer(), answer(&two_lines)).is_ok());
    for connection in [None, Some("keep-alive"), Some("x-upgrade-not")] {
        let rejection = rejection(answer(&[("Connection", connection)]));
        assert_eq!(rejection, Rejection::ConnectionUpgrade, "{connection:?}");
    }
}

#[test]
fn section_4_1_accept_follows_from_the_key() {
    let spaces = format!("  {ACCEPT}\t");
    let spaced = answer(&[("Sec-WebSocket-Accept", Some(&spaces))]);
    assert!(
        judge(&offer(), spaced).is_ok(),
        "white space around it is ignored"
    );
    for accept in [
        None,
        Some(""),
        // The key itself, as a server that only echoes would send it.
        Some("dGhlIHNhbXBsZSBub25jZQ=="),
        Some("OfS0wDaT5NoxF2gqm7Zj2YtetzM="),
        Some("s3pplmbitxaq9kygzzhzrbk+xoo="),
        Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo"),
    ] {
        let rejection = rejection(answer(&[("Sec-WebSocket-Accept", accept)]));
        assert_eq!(rejection, Rejection::Accept, "{accept:?}");
    }
}

#[test]
fn section_11_3_3_accept_must_not_appear_twice() {
    let accept = ("Sec-WebSocket-Accept", Some(ACCEPT));
    assert_eq!(rejection(answer(&[accept, accept])), Rejection::Accept);
}

#[test]
fn section_4_1_an_extension_that_was_not_offered_is_refused() {
    let mut offer = offer();
    offer.extensions =
        vec![Extension::new("foo").with("a", None), Extension::new("bar")];
    let agreed = |extensions| answer(&[("Sec-WebSocket-Extensions", Some(extensions))]);
    let outcome = judge(&offer, agreed("foo; b=1")).expect("it was offered");
    let expected = [Extension::new("foo").with("b", Some("1"))];
    assert_eq!(outcome.extensions, expected);
    for extensions in ["other", "foo, other", "Foo", "foo;"] {
        let outcome = judge(&offer, agreed(extensions));
        assert_eq!(outcome, Err(Rejection::Extension), "{extensions:?}");
    }
    assert_eq!(rejection(agreed("foo")), Rejection::Extension);
}

#[test]
fn section_4_1_a_subprotocol_that_was_not_offered_is_refused() {
    let mut offer = offer();
    offer.subprotocols = vec!["a".to_owned(), "b".to_owned()];
    let agreed = |subprotocol| answer(&[("Sec-WebSocket-Protocol", subprotocol)]);
    let outcome = judge(&offer, agreed(Some("b"))).expect("it was offered");
    assert_eq!(outcome.subprotocol.as_deref(), Some("b"));
    for subprotocol in ["c", "A", "a, b", ""] {
        let outcome = judge(&offer, agreed(Some(subprotocol)));
        assert_eq!(outcome, Err(Rejection::Subprotocol), "{subprotocol:?}");
    }
    // Nothing was offered, and something is answered.
    assert_eq!(rejection(agreed(Some("a"))), Rejection::Subprotocol);
}

#[test]
fn section_11_3_4_an_answer_has_at_most_one_subprotocol_field() {
    let mut offer = offer();
    offer.subprotocols = vec!["a".to_owned()];
    let field = ("Sec-WebSocket-Protocol", Some("a"));
    assert_eq!(
        judge(&offer, answer(&[field, field])),
        Err(Rejection::Subprotocol)
    );
}

/// The RFC allows it; WHATWG WebSockets, section 4, makes a browser refuse it.
#[test]
fn whatwg_websockets_section_4_none_of_the_offered_subprotocols() {
    let mut offer = offer();
    offer.subprotocols = vec!["a".to_owned()];
    assert!(judge(&offer, answer(&[])).is_ok());
    offer.subprotocol_required = true;
    assert_eq!(judge(&offer, answer(&[])), Err(Rejection::NoSubprotocol));
}

/// RFC 9110 §15.2: "A client MUST be able to parse one or more 1xx responses received
/// prior to a final response, even if the client does not expect one."
#[test]
fn rfc9110_section_15_2_interim_answers_come_before_the_101() {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    let bytes = format!("HTTP/1.1 100 Continue\r\n\r\n{hints}{}", answer(&[]));
    assert!(judge(&offer(), bytes).is_ok());
    let for_ever = hints.repeat(9) + &answer(&[]);
    assert_eq!(rejection(for_ever), Rejection::TooManyInterim);
}

#[test]
fn rfc9110_section_7_8_http_1_0_has_no_101() {
    let answer = answer(&[]).replace("HTTP/1.1", "HTTP/1.0");
    assert_eq!(rejection(answer), Rejection::Http10);
}

#[test]
fn section_4_1_what_comes_after_the_head_is_the_first_frame() {
    let frame = b"\x81\x05Hello";
    let bytes = [answer(&[]).as_bytes(), frame].concat();
    let (outcome, rest) = judge_with_rest(&offer(), bytes);
    assert!(outcome.is_ok());
    assert_eq!(rest, frame);
}

#[test]
fn section_4_1_what_is_no_answer_is_rejected() {
    let rejection = rejection("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    assert_eq!(rejection, Rejection::Head(HeadError::StartLine));
}
