//! A server of this chapter knows one origin, `https://example.com`, and speaks one
//! subprotocol, `chat`. It is sent this request, and accepts it with 101:
//!
//! ```text
//! GET /chat HTTP/1.1
//! Host: example.com
//! Upgrade: websocket
//! Connection: Upgrade
//! Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
//! Sec-WebSocket-Version: 13
//! Origin: https://example.com
//! ```
//!
//! Then it is sent nine more. In each of them one line is another, missing, or new:
//!
//! 1. `Connection: keep-alive, upgrade`
//! 2. `Upgrade: websocket/13`
//! 3. `GET /chat HTTP/1.0`
//! 4. no `Host`
//! 5. `Sec-WebSocket-Version: 14`
//! 6. `Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==`
//! 7. `Origin: https://example.com:443`
//! 8. no `Origin`
//! 9. `Origin: https://example.com`, and after it `Sec-WebSocket-Protocol: video`
//!
//! Fill in the status that each of them gets. The checks ask the chapter's server.

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

/// Your prediction: the status of each.
pub fn prediction() -> [u16; 9] {
    todo!("write down the nine statuses, before you run it")
}
