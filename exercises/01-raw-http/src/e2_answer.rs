//! Write the bytes of an answer, all of them: the head and, where there is one, the body.
//!
//! - The status line is `HTTP/1.1 STATUS REASON`, to a client of 1.0 too (RFC 9110 §2.5).
//! - `Content-Length` comes next, in bytes. A 204 and a 304 have none (RFC 9110 §8.6).
//! - `Connection` comes last, and only where it says something. When the connection ends
//!   after this answer: `close`. When it stays open and the client speaks HTTP/1.0, where
//!   that is the exception: `keep-alive` (RFC 9112 §9.3).
//! - Then the empty line, and the body. A 204 and a 304 have none, and what answers a
//!   `HEAD` is the head that the `GET` would get, and nothing after it (RFC 9110 §9.3.2).
//!
//! `to` has a `method`, a `version` and `headers`, and chapter 1's `keeps_alive(version,
//! &headers)` says whether the client wants the connection to stay.
//!
//! For `GET / HTTP/1.1` with a `Host`, status 200, `OK` and `hello` that is:
//!
//! ```text
//! HTTP/1.1 200 OK\r\n
//! Content-Length: 5\r\n
//! \r\n
//! hello
//! ```

use raw_http::{Request, Version, keeps_alive};

/// The answer to the request `to`, as it goes over the wire.
pub fn answer(to: &Request, status: u16, reason: &str, body: &str) -> Vec<u8> {
    todo!("write the status line, the fields, the empty line and the body")
}
