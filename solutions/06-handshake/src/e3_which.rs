//! Which are let in.

/// The good request.
pub const REQUEST: &str = "GET /chat HTTP/1.1\r\n\
    Host: example.com\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\
    Origin: https://example.com\r\n\r\n";

/// What stands in the place of which line, from the first request to the ninth.
pub const CHANGES: [(&str, &str); 9] = [
    (
        "Connection: Upgrade\r\n",
        "Connection: keep-alive, upgrade\r\n",
    ),
    ("Upgrade: websocket\r\n", "Upgrade: websocket/13\r\n"),
    ("HTTP/1.1\r\n", "HTTP/1.0\r\n"),
    ("Host: example.com\r\n", ""),
    ("Version: 13\r\n", "Version: 14\r\n"),
    ("dGhlIHNhbXBsZSBub25jZQ==", "AQIDBAUGBwgJCgsMDQ4PEC=="),
    ("https://example.com\r\n", "https://example.com:443\r\n"),
    ("Origin: https://example.com\r\n", ""),
    (
        "https://example.com\r\n",
        "https://example.com\r\nSec-WebSocket-Protocol: video\r\n",
    ),
];

/// The prediction.
pub fn prediction() -> [u16; 9] {
    [
        101, // 1: a member of the list, in any case
        426, // 2: another word than `websocket`
        426, // 3: HTTP/1.0 has no upgrade
        400, // 4: HTTP/1.1 needs a Host
        426, // 5: with the version that is spoken
        101, // 6: it decodes to 16 bytes
        403, // 7: another text
        101, // 8: no page has asked
        101, // 9: without a subprotocol
    ]
}
