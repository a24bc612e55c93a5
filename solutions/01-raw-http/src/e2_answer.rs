//! The bytes of an answer.

use raw_http::{Request, Version, keeps_alive};

/// The answer to the request `to`, as it goes over the wire.
pub fn answer(to: &Request, status: u16, reason: &str, body: &str) -> Vec<u8> {
    let is_bodiless = matches!(status, 204 | 304);
    let mut text = format!("HTTP/1.1 {status} {reason}\r\n");
    if !is_bodiless {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    text += match (to.version, keeps_alive(to.version, &to.headers)) {
        (Version::Http11, true) => "",
        (Version::Http10, true) => "Connection: keep-alive\r\n",
        (Version::Http10 | Version::Http11, false) => "Connection: close\r\n",
    };
    text += "\r\n";
    if !is_bodiless && to.method != "HEAD" {
        text += body;
    }
    text.into_bytes()
}
