//! RFC 6455 §3: `ws:` and `wss:` URLs.

use handshake::{InvalidOffer, WebSocketUrl};

fn parse(text: &str) -> Result<WebSocketUrl, InvalidOffer> {
    text.parse()
}

#[test]
fn section_3_the_parts_of_a_url() {
    for (text, secure, host, port, resource_name, authority) in [
        (
            "ws://example.com",
            false,
            "example.com",
            80,
            "/",
            "example.com",
        ),
        (
            "wss://example.com/",
            true,
            "example.com",
            443,
            "/",
            "example.com",
        ),
        (
            "WS://EXAMPLE.com/A?b=C",
            false,
            "example.com",
            80,
            "/A?b=C",
            "example.com",
        ),
        (
            "ws://example.com?b",
            false,
            "example.com",
            80,
            "/?b",
            "example.com",
        ),
        (
            "ws://localhost:3000/a",
            false,
            "localhost",
            3000,
            "/a",
            "localhost:3000",
        ),
        ("wss://a:80/", true, "a", 80, "/", "a:80"),
        ("ws://a:/", false, "a", 80, "/", "a"),
        (
            "ws://127.0.0.1:80/",
            false,
            "127.0.0.1",
            80,
            "/",
            "127.0.0.1",
        ),
        ("ws://[::1]:90/", false, "::1", 90, "/", "[::1]:90"),
        ("ws://[::1]", false, "::1", 80, "/", "[::1]"),
        ("ws://a/b%23c//d", false, "a", 80, "/b%23c//d", "a"),
        ("ws://a/b/../?c?d", false, "a", 80, "/b/../?c?d", "a"),
    ] {
        let url = parse(text).expect(text);
        let parts = (url.secure, &url.host[..], url.port, &url.resource_name[..]);
        assert_eq!(parts, (secure, host, port, resource_name), "{text}");
        assert_eq!(url.authority(), authority, "{text}");
        assert_eq!(
            parse(&url.to_string()),
            Ok(url),
            "{text}: what is shown is read"
        );
    }
}

#[test]
fn section_3_what_is_no_websocket_url() {
    for (text, expected) in [
        ("", "begins with"),
        ("http://example.com/", "begins with"),
        ("ws:example.com", "begins with"),
        ("example.com", "begins with"),
        // "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST
        // NOT be used on these URIs."
        ("ws://example.com/#a", "#fragment"),
        ("ws://example.com/#", "#fragment"),
        ("ws://", "has a host"),
        ("ws:///a", "has a host"),
        ("ws://:80/", "has a host"),
        ("ws://a<b/", "has a host"),
        ("ws://::1/", "has a host"),
        ("ws://[::1/", "has a host"),
        ("ws://[a]/", "has a host"),
        ("ws://[::1]80/", "has a host"),
        ("ws://a:0/", "a port is"),
        ("ws://a:65536/", "a port is"),
        ("ws://a:+80/", "a port is"),
        ("ws://a::80/", "a port is"),
        ("ws://a[b]/", "has a host"),
        ("ws://a[::1]/", "has a host"),
        ("ws://a b/", "has a host"),
        ("ws://a:b@c/", "no name"),
        ("ws://@c/", "no name"),
        ("ws://a/<b>", "percent-encoded"),
        ("ws://\u{e9}/", "percent-encoded"),
        ("ws://a/b c", "percent-encoded"),
        ("ws://a/\r\n", "percent-encoded"),
        ("ws://a/\u{e9}", "percent-encoded"),
    ] {
        let InvalidOffer(why) = parse(text).expect_err(text);
        assert!(why.contains(expected), "{text:?}: {why}");
    }
}
