//! Heads and bytes as lines for the terminal.

use raw_http::{RequestHead, ResponseHead};

/// The lines of a head as they were sent, without their line ends.
pub(crate) fn lines(head: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(head);
    let lines = text.lines().take_while(|line| !line.is_empty());
    lines.map(|line| format!("  {line}")).collect()
}

pub(crate) fn request(head: &RequestHead) -> Vec<String> {
    let first = format!("  {} {} {}", head.method, head.target, head.version);
    fields(first, &head.headers)
}

pub(crate) fn response(head: &ResponseHead) -> Vec<String> {
    let first = format!("  {} {} {}", head.version, head.status, head.reason);
    fields(first, &head.headers)
}

fn fields(first: String, headers: &raw_http::Headers) -> Vec<String> {
    let fields = headers.iter();
    let fields = fields.map(|(name, value)| format!("  {name}: {value}"));
    std::iter::once(first).chain(fields).collect()
}

/// `81 05 48 65 6c 6c 6f`
pub(crate) fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}
