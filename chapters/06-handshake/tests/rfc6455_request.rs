//! The server's part, section by section: RFC 6455 §4.2, and what HTTP adds to it.

mod common;

use common::{ACCEPT, FIELDS, decide, decide_with_rest, head, request};
use handshake::{
    Policy, Refusal, ServerHandshake, sec_websocket_accept, sec_websocket_key,
};
use raw_http::{HeadError, Limits};

fn refusal(bytes: impl AsRef<[u8]>) -> Refusal {
    decide(&Policy::default(), bytes).expect_err("a refusal")
}

/// Whether a request with this one change opens a WebSocket.
fn opens(changes: &[(&str, Option<&str>)]) -> bool {
    decide(&Policy::default(), request(changes)).is_ok()
}

#[test]
fn section_1_3_the_sample_handshake() {
    let accepted = decide(&Policy::default(), request(&[])).expect("a good request");
    assert_eq!(accepted.sec_websocket_accept, ACCEPT);
    let answer = accepted.encode();
    let expected = "HTTP/1.1 101 Switching Protocols\r\n\
                    Upgrade: websocket\r\n\
                    Connection: Upgrade\r\n\
                    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    assert_eq!(str::from_utf8(&answer), Ok(expected));
}

#[test]
fn section_4_1_the_sample_nonce() {
    let mut nonce = [0; 16];
    (1..)
        .zip(&mut nonce)
        .for_each(|(number, byte)| *byte = number);
    // The RFC writes it with a last letter, `C` for `A`, whose low bits belong to no byte.
    assert_eq!(sec_websocket_key(nonce), "AQIDBAUGBwgJCgsMDQ4PEA==");
}

/// The text is hashed as it was sent: decoded and encoded again it would be another.
#[test]
fn section_4_2_2_the_key_is_hashed_as_it_was_sent() {
    let key = "AQIDBAUGBwgJCgsMDQ4PEC==";
    let accepted = decide(
        &Policy::default(),
        request(&[("Sec-WebSocket-Key", Some(key))]),
    );
    let accept = accepted.expect("the RFC's own sample").sec_websocket_accept;
    assert_eq!(accept, "OfS0wDaT5NoxF2gqm7Zj2YtetzM=");
    assert_ne!(accept, sec_websocket_accept("AQIDBAUGBwgJCgsMDQ4PEA=="));
}

#[test]
fn section_4_2_1_the_method_is_get() {
    for method in ["POST", "PUT", "OPTIONS", "HEAD", "get"] {
        let start_line = format!("{method} /chat HTTP/1.1");
        assert_eq!(refusal(head(&start_line, &FIELDS, &[])), Refusal::Method);
    }
    let response = Refusal::Method.response();
    assert_eq!(response.status, 405);
    assert_eq!(response.headers.get("Allow"), Some("GET"));
}

#[test]
fn section_4_2_1_http_1_1_or_later() {
    let later = head("GET /chat HTTP/1.2", &FIELDS, &[]);
    assert!(decide(&Policy::default(), later).is_ok());
    let other = refusal(head("GET /chat HTTP/2.0", &FIELDS, &[]));
    assert_eq!(other, Refusal::Head(HeadError::Version));
    assert_eq!(other.response().status, 505);
}

/// RFC 9110 §7.8: "A server MUST ignore an Upgrade header field that is received in an
/// HTTP/1.0 request."
#[test]
fn rfc9110_section_7_8_upgrade_on_http_1_0_is_ignored() {
    let refusal = refusal(head("GET /chat HTTP/1.0", &FIELDS, &[]));
    assert_eq!(refusal, Refusal::Http10);
    assert_eq!(refusal.response().status, 426);
}

#[test]
fn section_4_2_1_host_is_required_once() {
    let missing = refusal(request(&[("Host", None)]));
    assert_eq!(missing, Refusal::Head(HeadError::MissingHost));
    let hosts = [("Host", Some("a")), ("Host", Some("b"))];
    let repeated = refusal(request(&hosts));
    assert_eq!(repeated, Refusal::Head(HeadError::RepeatedHost));
    assert_eq!(missing.response().status, 400);
    assert_eq!(repeated.response().status, 400);
}

#[test]
fn section_4_2_1_upgrade_is_a_list_of_tokens_in_any_case() {
    for upgrade in [
        "websocket",
        "WebSocket",
        "h2c, websocket",
        ",websocket ,",
        "\twebsocket",
    ] {
        assert!(opens(&[("Upgrade", Some(upgrade))]), "{upgrade:?}");
    }
    assert!(opens(&[
        ("Upgrade", Some("h2c")),
        ("upgrade", Some("WEBSOCKET"))
    ]));
    for upgrade in [
        None,
        Some(""),
        Some("websockets"),
        Some("x-websocket"),
        Some("websocket/13"),
        Some("web socket"),
        Some("\"websocket\""),
    ] {
        let refusal = refusal(request(&[("Upgrade", upgrade)]));
        assert_eq!(refusal, Refusal::NoUpgrade, "{upgrade:?}");
    }
}

#[test]
fn section_4_2_1_connection_is_a_list_of_tokens_in_any_case() {
    for connection in ["Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade,,x"] {
        assert!(opens(&[("Connection", Some(connection))]), "{connection:?}");
    }
    let two_lines = [
        ("Connection", Some("keep-alive")),
        ("Connection", Some("Upgrade")),
    ];
    assert!(opens(&two_lines));
    for connection in [
        None,
        Some(""),
        Some("keep-alive"),
        Some("x-upgrade-not"),
        Some("upgraded"),
        Some("keep-alive Upgrade"),
        Some("keep-alive; Upgrade"),
    ] {
        let refusal = refusal(request(&[("Connection", connection)]));
        assert_eq!(refusal, Refusal::NoConnectionUpgrade, "{connection:?}");
    }
}

/// RFC 9110 §15.5.22 and §7.8: a 426 says what to upgrade to, and who sends `Upgrade` names
/// it in `Connection`.
#[test]
fn rfc9110_section_15_5_22_a_426_names_the_protocol() {
    for changes in [("Upgrade", None), ("Connection", None)] {
        let response = refusal(request(&[changes])).response();
        assert_eq!(response.status, 426);
        assert_eq!(response.headers.get("Upgrade"), Some("websocket"));
        assert!(response.headers.has_token("Connection", "Upgrade"));
    }
}

#[test]
fn section_4_2_1_exactly_one_key_of_16_bytes() {
    for key in [
        "",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZXM=",
        "dGhlIHNhbXBsZSBub25jZXNz",
        "dGhlIHNhbXBs ZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZ-==",
        "garbage",
    ] {
        let refusal = refusal(request(&[("Sec-WebSocket-Key", Some(key))]));
        assert_eq!(refusal, Refusal::InvalidKey, "{key:?}");
        assert_eq!(refusal.response().status, 400);
    }
    let missing = refusal(request(&[("Sec-WebSocket-Key", None)]));
    assert_eq!(missing, Refusal::MissingKey);
    assert_eq!(missing.response().status, 400);
}

#[test]
fn section_11_3_1_the_key_must_not_appear_twice() {
    let key = ("Sec-WebSocket-Key", Some("dGhlIHNhbXBsZSBub25jZQ=="));
    let repeated = refusal(request(&[key, key]));
    assert_eq!(repeated, Refusal::RepeatedKey);
    assert_eq!(repeated.response().status, 400);
}

#[test]
fn section_4_4_another_version_gets_426_with_the_version_that_is_spoken() {
    for version in ["8", "14", "0", "013", "13, 8", "thirteen", ""] {
        let refusal = refusal(request(&[("Sec-WebSocket-Version", Some(version))]));
        assert_eq!(refusal, Refusal::UnknownVersion, "{version:?}");
        let response = refusal.response();
        assert_eq!(response.status, 426);
        assert_eq!(response.headers.get("Upgrade"), Some("websocket"));
        assert_eq!(response.headers.get("Sec-WebSocket-Version"), Some("13"));
    }
}

#[test]
fn section_4_2_1_no_version_is_400_and_section_11_3_5_two_are() {
    let missing = refusal(request(&[("Sec-WebSocket-Version", None)]));
    assert_eq!(missing, Refusal::MissingVersion);
    let version = ("Sec-WebSocket-Version", Some("13"));
    let repeated = refusal(request(&[version, version]));
    assert_eq!(repeated, Refusal::RepeatedVersion);
    for refusal in [missing, repeated] {
        assert_eq!(refusal.response().status, 400);
    }
}

/// RFC 9110 §7.8: "A server that receives both an Upgrade and an Expect header field with
/// the "100-continue" expectation MUST send a 100 (Continue) response before sending a
/// 101".
#[test]
fn rfc9110_section_7_8_expect_100_continue_gets_its_100_before_the_101() {
    let expect = ("Expect", Some("100-continue"));
    let accepted =
        decide(&Policy::default(), request(&[expect])).expect("a good request");
    let answer = String::from_utf8(accepted.encode()).expect("text");
    let continue_first =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n";
    assert!(answer.starts_with(continue_first), "{answer}");
    // A refusal is a final answer, and needs no 100 before it (§10.1.1).
    let refusal = refusal(request(&[expect, ("Sec-WebSocket-Key", None)]));
    let answer = ServerHandshake::new(&Limits::default()).answer(&Err(refusal));
    assert!(answer.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
}

#[test]
fn rfc9110_section_9_3_1_a_body_is_refused() {
    for field in [
        ("Content-Length", Some("5")),
        ("Content-Length", Some("five")),
        ("Transfer-Encoding", Some("chunked")),
    ] {
        let refusal = refusal(request(&[field]));
        assert_eq!(refusal, Refusal::Body, "{field:?}");
        assert_eq!(refusal.response().status, 400);
    }
    assert!(opens(&[("Content-Length", Some("0"))]));
}

/// A client that does not wait for its answer breaks §4.1, but its bytes are its bytes.
#[test]
fn section_4_2_what_comes_after_the_head_is_carried_over() {
    let frame = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    let bytes = [request(&[]).as_bytes(), frame].concat();
    let (outcome, rest) = decide_with_rest(&Policy::default(), bytes);
    assert!(outcome.is_ok());
    assert_eq!(rest, frame);
}

#[test]
fn section_4_2_1_what_is_no_http_is_refused_at_once() {
    let mut handshake = ServerHandshake::new(&Limits::default());
    // The beginning of TLS, as from a `wss:` URL to a `ws:` port.
    let refusal = handshake
        .receive(b"\x16\x03\x01\x02\x00")
        .expect_err("no text");
    let expected = Refusal::Head(HeadError::ControlCharacter(0x16));
    assert_eq!(refusal, expected);
    assert_eq!(refusal.response().status, 400);
}

#[test]
fn a_head_beyond_the_limits_is_431_and_is_not_gathered() {
    let limits = Limits {
        head_bytes: 300,
        ..Limits::default()
    };
    let cookie = "c".repeat(400);
    let bytes = request(&[("Cookie", Some(&cookie))]);
    for size in [1, 7, 299, 300, 301, bytes.len()] {
        let mut handshake = ServerHandshake::new(&limits);
        let mut pieces = bytes.as_bytes().chunks(size);
        let refusal = pieces.find_map(|piece| handshake.receive(piece).err());
        let refusal = refusal.expect("the head is too long");
        assert_eq!(refusal, Refusal::Head(HeadError::HeadTooLong), "{size}");
        assert_eq!(refusal.response().status, 431);
    }
}
