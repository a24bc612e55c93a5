//! A web framework asks this of every request for a WebSocket: does its `Connection` field
//! name `Upgrade`? Its users report that behind one proxy no WebSocket opens, though each
//! request has `Connection: Upgrade` in it; and a security audit has found that a request
//! with `Connection: x-upgrade-not` is upgraded.
//!
//! The function is that of axum 0.8.9 (`header_contains` in its `extract/ws.rs`), written
//! for the plain list of a head's fields, each a name and a value: chapter 1's `Headers` has a
//! method that would do it for you. Find the two mistakes, and repair them. These are the
//! rules (RFC 9110 §7.6.1, §5.1, §5.3 and §5.6.1):
//!
//! * `Connection` is a list of words, separated by commas, with blanks or tabs around them;
//! * the list may be spread over several fields, which count as one list;
//! * words are compared without regard to case, as a whole; and so are names.

/// Whether `Connection` names `Upgrade`, among the fields of a head.
pub fn asks_to_upgrade(fields: &[(&str, &str)]) -> bool {
    let mut fields = fields.iter();
    let connection = fields.find(|(name, _)| name.eq_ignore_ascii_case("Connection"));
    let Some((_, value)) = connection else {
        return false;
    };
    value.to_ascii_lowercase().contains("upgrade")
}
