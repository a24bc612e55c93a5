//! Bytes made readable: text with every control character visible, or rows of hex.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// How many bytes of a long body are shown from its beginning.
const SHOWN_HEAD: usize = 512;
/// How many bytes of a long body are shown from its end.
const SHOWN_TAIL: usize = 64;
/// Bytes in a row of hex.
const ROW: usize = 16;

/// Writes bytes so that nothing is invisible: `\r`, `\n`, `\t`, `\\` and `\xNN` for every
/// other control character and every byte that is not UTF-8. Reversible: no two byte
/// strings are written alike.
///
/// ```
/// assert_eq!(wiretap::escape(b"GET / HTTP/1.1\r\n"), r"GET / HTTP/1.1\r\n");
/// ```
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\r' => out.push_str("\\r"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\\' => out.push_str("\\\\"),
                c if c.is_control() => push_hex_escapes(&mut out, c),
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02x}").expect("a String takes every write");
        }
    }
    out
}

fn push_hex_escapes(out: &mut String, c: char) {
    let mut buffer = [0; 4];
    for byte in c.encode_utf8(&mut buffer).bytes() {
        write!(out, "\\x{byte:02x}").expect("a String takes every write");
    }
}

/// Whether [`Content`] shows text or hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Lines of text as [`escape`] writes them, each with its line end.
    Text,
    /// Rows of sixteen bytes in hex.
    Hex,
}

/// The bytes of one [`Entry`](crate::Entry) as they are shown. A long body keeps its
/// beginning and its end; what is left out is counted, never silently dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Text or hex.
    pub form: Form,
    /// The lines or rows, up to the omission if there is one.
    pub lines: Vec<String>,
    /// Bytes left out after `lines`; 0 when all are shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
    /// The lines or rows after the omission; empty when all are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tail: Vec<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Content {
    /// Nothing at all: an entry without bytes.
    pub fn empty() -> Self {
        Self {
            form: Form::Text,
            lines: Vec::new(),
            omitted: 0,
            tail: Vec::new(),
        }
    }

    /// Shows all of `bytes`: as text when they are UTF-8 without control characters but
    /// tab, CR and LF, as hex otherwise.
    pub fn of(bytes: &[u8]) -> Self {
        let mut excerpt = Excerpt::default();
        excerpt.push(bytes);
        excerpt.into_content()
    }

    /// Shows `bytes` whole, as lines of text, whatever their length: for heads.
    pub(crate) fn text(bytes: &[u8]) -> Self {
        Self {
            lines: text_lines(bytes),
            ..Self::empty()
        }
    }
}

/// The beginning and the end of a byte string of any length, collected as it passes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Excerpt {
    head: Vec<u8>,
    /// At most `SHOWN_TAIL` bytes: the last ones after `head`.
    tail: Vec<u8>,
    length: u64,
}

impl Excerpt {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        let room = (SHOWN_HEAD - self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(SHOWN_TAIL)..];
        self.tail.extend_from_slice(rest);
        let surplus = self.tail.len().saturating_sub(SHOWN_TAIL);
        self.tail.drain(..surplus);
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The first bytes; all of them if there are no more than 512.
    pub(crate) fn beginning(&self) -> &[u8] {
        &self.head
    }

    pub(crate) fn to_content(&self) -> Content {
        self.clone().into_content()
    }

    pub(crate) fn into_content(mut self) -> Content {
        let kept = (self.head.len() + self.tail.len()) as u64;
        if kept == self.length {
            self.head.append(&mut self.tail);
        }
        if self.length == kept && is_text(&self.head) {
            return Content::text(&self.head);
        }
        // An omission may cut a character in two: leave its halves out as well.
        let head = trim_end(&self.head);
        let tail = trim_start(&self.tail);
        if self.length > kept && is_text(head) && is_text(tail) {
            return Content {
                form: Form::Text,
                lines: text_lines(head),
                omitted: self.length - (head.len() + tail.len()) as u64,
                tail: text_lines(tail),
            };
        }
        self.to_hex()
    }

    pub(crate) fn to_hex(&self) -> Content {
        Content {
            form: Form::Hex,
            lines: hex_rows(&self.head),
            omitted: self.length - (self.head.len() + self.tail.len()) as u64,
            tail: hex_rows(&self.tail),
        }
    }
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|s| {
        s.chars()
            .all(|c| matches!(c, '\r' | '\n' | '\t') || !c.is_control())
    })
}

fn trim_end(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

fn trim_start(bytes: &[u8]) -> &[u8] {
    let continuation = bytes.iter().take(3).take_while(|b| (**b as i8) < -0x40);
    &bytes[continuation.count()..]
}

fn text_lines(bytes: &[u8]) -> Vec<String> {
    bytes.split_inclusive(|b| *b == b'\n').map(escape).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for (i, byte) in bytes.iter().enumerate() {
        let space = if i == 0 { "" } else { " " };
        write!(out, "{space}{byte:02x}").expect("a String takes every write");
    }
    out
}

fn hex_rows(bytes: &[u8]) -> Vec<String> {
    bytes.chunks(ROW).map(hex).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_shows_every_control_character() {
        assert_eq!(escape(b"a\r\n\tb\\\x00\x7f"), r"a\r\n\tb\\\x00\x7f");
        assert_eq!(escape("é\u{85}".as_bytes()), r"é\xc2\x85");
        assert_eq!(escape(b"\xff\xc3"), r"\xff\xc3");
    }

    #[test]
    fn a_megabyte_is_abbreviated_and_counted() {
        let content = Content::of(&vec![b'a'; 1 << 20]);
        assert_eq!(content.form, Form::Text);
        assert_eq!(content.lines, ["a".repeat(SHOWN_HEAD)]);
        assert_eq!(content.tail, ["a".repeat(SHOWN_TAIL)]);
        assert_eq!(content.omitted, (1 << 20) - 576);
    }

    #[test]
    fn an_excerpt_is_the_same_however_the_bytes_arrive() {
        let bytes: Vec<u8> = (0..2000u32).map(|i| (i % 251) as u8).collect();
        for size in [1, 7, 64, 511, 512, 513, 1999] {
            let mut excerpt = Excerpt::default();
            bytes.chunks(size).for_each(|piece| excerpt.push(piece));
            assert_eq!(
                excerpt.into_content(),
                Content::of(&bytes),
                "pieces of {size}"
            );
        }
    }

    #[test]
    fn a_character_cut_by_the_omission_does_not_turn_text_into_hex() {
        for shift in 0..4 {
            let text = "x".repeat(shift) + &"🦀".repeat(300);
            let content = Content::of(text.as_bytes());
            assert_eq!(content.form, Form::Text, "shifted by {shift}");
            let shown: usize = content
                .lines
                .iter()
                .chain(&content.tail)
                .map(String::len)
                .sum();
            assert_eq!(shown as u64 + content.omitted, text.len() as u64);
        }
    }

    #[test]
    fn binary_is_hex() {
        let content = Content::of(&[0x81, 0x05, 0x48]);
        assert_eq!(
            (content.form, content.lines),
            (Form::Hex, vec!["81 05 48".to_owned()])
        );
    }
}
