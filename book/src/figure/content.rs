//! The bytes of a message: text in which nothing is invisible, rows of hex, and the fields
//! of a frame by name.

use wiretap::{Content, Entry, Form, Part};

use super::Count;
use crate::html::Escaped;

/// Lines and columns of the hint that shows before a message is opened.
const PEEK_LINES: usize = 6;
const PEEK_COLUMNS: usize = 64;

/// What a message holds when it is opened.
pub(super) fn bytes(entry: &Entry) -> String {
    let mut out = String::from("<div class=\"wire-content\">");
    if !entry.fields.is_empty() {
        out += "<dl class=\"wire-fields\">";
        for field in &entry.fields {
            out += &format!(
                "<div><dt>{}</dt><dd>{}</dd></div>",
                Escaped(&field.name),
                Escaped(&field.value)
            );
        }
        out += "</dl>";
    }
    let content = &entry.content;
    if !content.lines.is_empty() {
        let form = match content.form {
            Form::Text => "text",
            Form::Hex => "hex",
        };
        // Hex rows do not wrap: whoever cannot see them all scrolls, by keyboard too.
        out += &format!("<pre class=\"wire-{form}\" tabindex=\"0\">");
        let is_head = matches!(entry.part, Part::RequestHead | Part::ResponseHead);
        lines(&content.lines, content.form, is_head, &mut out);
        if content.omitted > 0 {
            let omitted = Count(content.omitted);
            out += &format!(
                "<span class=\"wire-omitted\">… {omitted} not shown …</span>\n"
            );
        }
        lines(&content.tail, content.form, false, &mut out);
        out += "</pre>";
    }
    out += "</div>";
    out
}

fn lines(lines: &[String], form: Form, is_head: bool, out: &mut String) {
    for (index, line) in lines.iter().enumerate() {
        out.push_str("<span class=\"wire-line\">");
        match form {
            Form::Hex => out.push_str(&Escaped(line).to_string()),
            Form::Text if is_head => head_line(line, index == 0, out),
            Form::Text => text(line, out),
        }
        out.push_str("</span>\n");
    }
}

/// A start line, or a header line whose name is told from its value.
fn head_line(line: &str, is_start_line: bool, out: &mut String) {
    if is_start_line {
        out.push_str("<b>");
        text(line, out);
        out.push_str("</b>");
    } else if let Some((name, value)) = line.split_once(':') {
        out.push_str("<span class=\"wire-name\">");
        text(name, out);
        out.push_str(":</span>");
        text(value, out);
    } else {
        text(line, out);
    }
}

/// Text as [`wiretap::escape`] writes it, with its escapes told from what stands for
/// itself.
fn text(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        out.push_str(&Escaped(&rest[..at]).to_string());
        let (escapes, after) = rest[at..].split_at(run_of_escapes(&rest[at..]));
        out.push_str("<span class=\"wire-escape\">");
        out.push_str(&Escaped(escapes).to_string());
        out.push_str("</span>");
        rest = after;
    }
    out.push_str(&Escaped(rest).to_string());
}

/// How many bytes at the beginning of `text` are escapes: `\r\n` is four.
fn run_of_escapes(text: &str) -> usize {
    let mut length = 0;
    while text[length..].starts_with('\\') {
        let one = match text.as_bytes().get(length + 1) {
            Some(b'x') => 4,
            _ => 2,
        };
        // Half an escape, from a recording that was edited by hand, is shown as it is.
        match text.get(length..length + one) {
            Some(_) => length += one,
            None => return text.len(),
        }
    }
    length
}

/// The first lines, for the hint.
pub(super) fn peek(content: &Content) -> String {
    let mut shown: Vec<String> = content
        .lines
        .iter()
        .take(PEEK_LINES)
        .map(|line| match line.char_indices().nth(PEEK_COLUMNS) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.clone(),
        })
        .collect();
    if content.lines.len() > PEEK_LINES || content.omitted > 0 {
        shown.push("…".to_owned());
    }
    shown.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let mut out = String::new();
        text(line, &mut out);
        out
    }

    #[test]
    fn escapes_are_told_from_text() {
        assert_eq!(
            shown(r"a<b\r\n"),
            "a&lt;b<span class=\"wire-escape\">\\r\\n</span>"
        );
        assert_eq!(
            shown(r"\x00\\x41"),
            "<span class=\"wire-escape\">\\x00\\\\</span>x41"
        );
        assert_eq!(shown("a\\"), "a<span class=\"wire-escape\">\\</span>");
    }

    #[test]
    fn a_hint_is_short() {
        let content = Content::of("x".repeat(100).as_bytes());
        assert_eq!(peek(&content), format!("{}…", "x".repeat(PEEK_COLUMNS)));
        let content = Content::of("a\n".repeat(9).as_bytes());
        assert_eq!(peek(&content).lines().count(), PEEK_LINES + 1);
    }
}
