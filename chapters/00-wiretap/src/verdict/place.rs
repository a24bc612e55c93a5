//! Where a byte lies, in the words of the format.

use super::layout::Pair;

/// `in line 3, column 5`, both counted from 1.
pub(super) fn line_and_column(bytes: &[u8], at: usize) -> String {
    let before = &bytes[..at.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |i| i + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    format!("in line {line}, column {column}")
}

/// The part of an HTTP message in which the two part, when they begin with a head.
pub(super) fn in_a_head(pair: &Pair<'_>, at: usize) -> Option<String> {
    // Up to `at` both are the same. After it the expected one is to be trusted, as long
    // as it goes on.
    let bytes = if at < pair.expected.len() {
        pair.expected
    } else {
        pair.got
    };
    let first = Line::at(bytes, 0);
    let kind = first_line_kind(first.text)?;
    let head_end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    if let Some(body) = head_end.map(|end| end + 4)
        && at >= body
    {
        return Some(format!("in the body, at its byte {}", at - body));
    }
    let line = Line::at(bytes, at);
    let number = line.number;
    Some(match at.checked_sub(line.start + line.text.len()) {
        Some(_) if line.text.is_empty() => {
            format!("in the empty line that ends the head (line {number})")
        }
        Some(_) if number == 1 => format!("at the end of line 1, the {kind} line"),
        Some(_) => format!("at the end of line {number}, {}", line.field()),
        None if number == 1 => {
            let part = first_line_part(kind, &line.text[..at - line.start]);
            format!("in line 1, the {kind} line: {part}")
        }
        None => {
            let in_the_name = !line.text[..at - line.start].contains(&b':');
            let part = if in_the_name { "the name" } else { "the value" };
            format!("in line {number}, {part} of {}", line.field())
        }
    })
}

fn first_line_kind(text: &[u8]) -> Option<&'static str> {
    if text.starts_with(b"HTTP/") {
        return Some("status");
    }
    let version = text.windows(6).any(|six| six == b" HTTP/");
    version.then_some("request")
}

fn first_line_part(kind: &str, before: &[u8]) -> &'static str {
    let spaces = before.iter().filter(|byte| **byte == b' ').count();
    match (kind, spaces) {
        ("status", 0) => "its version",
        ("status", 1) => "its status code",
        ("status", _) => "its reason phrase",
        (_, 0) => "its method",
        (_, 1) => "its target",
        (_, _) => "its version",
    }
}

/// A line of a head, without its line end.
struct Line<'a> {
    number: usize,
    start: usize,
    text: &'a [u8],
}

impl<'a> Line<'a> {
    /// The line that the byte `at` belongs to.
    fn at(bytes: &'a [u8], at: usize) -> Self {
        let before = &bytes[..at.min(bytes.len())];
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |i| i + 1);
        let rest = &bytes[start..];
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(rest.len());
        let text = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        let number = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Self {
            number,
            start,
            text,
        }
    }

    fn field(&self) -> String {
        let name = self
            .text
            .split(|byte| *byte == b':')
            .next()
            .unwrap_or_default();
        format!("the field {}", crate::escape(name))
    }
}
