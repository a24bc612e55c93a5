//! A web framework asks this of every request for a WebSocket: does its `Connection` field
//! name `Upgrade`? Its users report that behind one proxy no WebSocket opens, though each
//! request has `Connection: Upgrade` in it; and a security audit has found that a request
//! with `Connection: x-upgrade-not` is upgraded.
//!
//! The function is that of axum 0.8.9 (`header_contains` in its `extract/ws.rs`), written
//! with this book's types. Find its two mistakes, and repair it. These are the rules (RFC
//! 9110 §7.6.1, §5.3 and §5.6.1):
//!
//! * `Connection` is a list of words, separated by commas, with blanks or tabs around them;
//! * the list may be spread over several fields, which count as one list;
//! * words are compared without regard to case, as a whole.

use raw_http::Headers;

/// Whether `Connection` names `Upgrade`.
pub fn asks_to_upgrade(headers: &Headers) -> bool {
    let Some(connection) = headers.get("Connection") else {
        return false;
    };
    connection.to_ascii_lowercase().contains("upgrade")
}
