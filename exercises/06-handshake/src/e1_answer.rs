//! Write what a server answers to the head of a request: the whole head of the answer, from
//! its status line to its empty line.
//!
//! In this order:
//!
//! * Does the request ask for a WebSocket? `Upgrade` is a list with the member `websocket`,
//!   and `Connection` a list with the member `Upgrade`. A list may be spread over several
//!   fields; its members are compared without regard to case. Else the answer is 426, with
//!   `Upgrade: websocket` and `Connection: Upgrade`.
//! * Does it say which version it speaks? There is exactly one `Sec-WebSocket-Version`.
//!   Else: 400.
//! * Is it ours, `13`? Else the answer is 426 with the same two fields, and
//!   `Sec-WebSocket-Version: 13`.
//! * Is there exactly one `Sec-WebSocket-Key`, the base64 of 16 bytes? Else: 400.
//! * Then it is 101, with `Upgrade: websocket`, `Connection: Upgrade` and the
//!   `Sec-WebSocket-Accept`: the base64 of the SHA-1 of the key's text, as it was sent,
//!   followed by `GUID`. The RFC's own example of a key, `AQIDBAUGBwgJCgsMDQ4PEC==`, is a
//!   good one.
//!
//! A refusal has `Content-Length: 0`, so that the client knows that nothing follows. A 101
//! has none, since it has no body and the bytes after it are frames. Neither has a
//! `Transfer-Encoding`, which would announce chunks. Origins, subprotocols
//! and methods are not asked for here.
//!
//! `request.headers.get_all(name)` gives the values of all fields of a name. The crates
//! `sha1` and `base64` are at hand. The chapter's own crate could do all of it for you, and
//! chapter 1's `list` and `has_token` the part with the lists; write it without them.
//!
//! When it works, `cargo run -p ex06-handshake` serves your answers, and your browser
//! connects to them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use raw_http::RequestHead;
use sha1::{Digest as _, Sha1};

/// What follows the key.
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The head of the answer.
pub fn answer(request: &RequestHead) -> String {
    todo!("check the request, and write the head of the answer")
}
