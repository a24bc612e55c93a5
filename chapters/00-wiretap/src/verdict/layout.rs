//! Two byte strings next to each other, as text in which nothing is invisible.

use std::fmt::Write as _;

use super::{DIM, EXPECTED, YOURS};
use crate::content::escape;

/// The widest that a column of text becomes; longer lines go on in the next row.
const COLUMN: usize = 38;
/// Values up to this length are shown as one line each.
pub(super) const SHORT: usize = 60;
/// A line of more characters than this is cut in the middle; so many of its beginning and
/// of its end are shown.
const LONG_LINE: usize = 400;
const LONG_LINE_SHOWN: (usize, usize) = (120, 40);
/// Rows of text shown before and after the one that differs.
const AROUND: usize = 4;

/// What was expected and what came.
pub(super) struct Pair<'a> {
    pub(super) expected: &'a [u8],
    pub(super) got: &'a [u8],
    /// Whether line ends are part of what is compared, and so are shown.
    line_ends: bool,
}

impl<'a> Pair<'a> {
    pub(super) fn new(expected: &'a [u8], got: &'a [u8]) -> Self {
        Self {
            expected,
            got,
            line_ends: true,
        }
    }

    /// Values as they are printed, in lines that are only there for the eye.
    pub(super) fn printed(expected: &'a str, got: &'a str) -> Self {
        Self {
            line_ends: false,
            ..Self::new(expected.as_bytes(), got.as_bytes())
        }
    }

    /// Where the two part: an index that at least one of them has.
    pub(super) fn first_difference(&self) -> Option<usize> {
        let alike = self.expected.iter().zip(self.got);
        let at = alike.take_while(|(expected, got)| expected == got).count();
        (at < self.expected.len().max(self.got.len())).then_some(at)
    }

    pub(super) fn is_short(&self) -> bool {
        let short = |bytes: &[u8]| bytes.len() <= SHORT && !bytes.contains(&b'\n');
        short(self.expected) && short(self.got)
    }

    /// `First difference at byte 14: expected 0d (\r), yours 0a (\n)`
    pub(super) fn sentence(&self, at: usize) -> String {
        let expected = match self.expected.get(at) {
            Some(byte) => format!("expected {EXPECTED}{}{EXPECTED:#}", named(*byte)),
            None => format!("{EXPECTED}nothing more is expected{EXPECTED:#}"),
        };
        let yours = match self.got.get(at) {
            Some(byte) => format!("yours {YOURS}{}{YOURS:#}", named(*byte)),
            None => format!("{YOURS}yours ends there{YOURS:#}"),
        };
        format!("First difference at byte {at}: {expected}, {yours}\n")
    }

    /// Both as text, side by side; nothing when both are binary.
    pub(super) fn text_view(&self, at: usize) -> String {
        if !is_readable(self.expected) && !is_readable(self.got) {
            return String::new();
        }
        let rows_of = |bytes| Rows::of(bytes, self.line_ends);
        let (left, right) = (rows_of(self.expected), rows_of(self.got));
        let (left_at, right_at) = (left.find(at), right.find(at));
        let first = left_at.0.min(right_at.0).saturating_sub(AROUND);
        let rows = left
            .used()
            .max(right.used())
            .max(left_at.0 + 1)
            .max(right_at.0 + 1);
        let last = (left_at.0.max(right_at.0) + AROUND + 1).min(rows);
        let titles = self.titles();
        let shown = left.rows.iter().take(last).skip(first).map(Row::width);
        let width = shown.max().unwrap_or(0).max(titles.0.chars().count());

        let mut out = format!("\n  {:width$}    {}\n", titles.0, titles.1);
        if first > 0 {
            writeln!(out, "  {DIM}… {first} rows alike …{DIM:#}").expect("a String");
        }
        for row in first..last {
            let mark = |(at_row, column)| (at_row == row).then_some(column);
            let (left_mark, right_mark) = (mark(left_at), mark(right_at));
            let left_cell = left.cell(row, left_mark, EXPECTED, width);
            let right_cell = right.cell(row, right_mark, YOURS, 0);
            push_line(&mut out, &format!("  {left_cell}    {right_cell}"));
            if left_mark.is_some() || right_mark.is_some() {
                let [left, right] = [left_mark, right_mark].map(caret);
                push_line(&mut out, &format!("  {left:width$}    {right}"));
            }
        }
        if last < rows {
            writeln!(out, "  {DIM}… {} more rows …{DIM:#}", rows - last)
                .expect("a String");
        }
        out
    }

    fn titles(&self) -> (String, String) {
        if !self.line_ends {
            return ("expected".to_owned(), "yours".to_owned());
        }
        (
            format!("expected, {}", count(self.expected.len())),
            format!("yours, {}", count(self.got.len())),
        )
    }
}

/// A text whose long lines are cut in the middle, with the number of characters left out.
pub(super) fn shortened(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let characters = line.chars().count();
        if characters <= LONG_LINE {
            return line.to_owned();
        }
        let byte = |n| line.char_indices().nth(n).map_or(line.len(), |(at, _)| at);
        let omitted = characters - LONG_LINE_SHOWN.0 - LONG_LINE_SHOWN.1;
        let start = &line[..byte(LONG_LINE_SHOWN.0)];
        let end = &line[byte(characters - LONG_LINE_SHOWN.1)..];
        format!("{start} … {omitted} more characters … {end}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A caret in this column.
fn caret(column: Option<usize>) -> String {
    column.map_or_else(String::new, |column| " ".repeat(column) + "^")
}

/// Writes a line without the blanks at its end.
pub(super) fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// `0d (\r)`, `41 (A)`, and `81` for a byte that stands for nothing alone.
pub(super) fn named(byte: u8) -> String {
    match byte {
        b' ' => "20 (a space)".to_owned(),
        b'\r' | b'\n' | b'\t' | 0x21..=0x7e => {
            format!("{byte:02x} ({})", escape(&[byte]))
        }
        _ => format!("{byte:02x}"),
    }
}

/// `1 byte`, `2 bytes`.
pub(super) fn count(n: usize) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} byte{plural}")
}

pub(super) fn is_readable(bytes: &[u8]) -> bool {
    let readable = |c: char| matches!(c, '\r' | '\n' | '\t') || !c.is_control();
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(readable))
}

/// Bytes laid out in rows: a new one after each line feed, and where a column is full.
struct Rows {
    rows: Vec<Row>,
    length: usize,
}

#[derive(Default)]
struct Row {
    /// Where a character begins in the bytes, and how it is shown.
    cells: Vec<(usize, String)>,
    /// Whether a line feed ends it.
    ended: bool,
}

impl Row {
    fn width(&self) -> usize {
        self.cells
            .iter()
            .map(|(_, shown)| shown.chars().count())
            .sum()
    }
}

impl Rows {
    fn of(bytes: &[u8], line_ends: bool) -> Self {
        let mut rows = Self {
            rows: vec![Row::default()],
            length: bytes.len(),
        };
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                let shown = match c {
                    '\n' if !line_ends => String::new(),
                    c => escape(c.encode_utf8(&mut [0; 4]).as_bytes()),
                };
                rows.push(at, shown);
                at += c.len_utf8();
                if c == '\n' {
                    rows.end_line();
                }
            }
            for byte in chunk.invalid() {
                rows.push(at, escape(&[*byte]));
                at += 1;
            }
        }
        rows
    }

    fn push(&mut self, at: usize, shown: String) {
        let last = self.rows.last_mut().expect("there is always a row");
        if last.width() + shown.chars().count() <= COLUMN {
            last.cells.push((at, shown));
        } else {
            self.rows.push(Row {
                cells: vec![(at, shown)],
                ended: false,
            });
        }
    }

    fn end_line(&mut self) {
        self.rows.last_mut().expect("there is always a row").ended = true;
        self.rows.push(Row::default());
    }

    /// The rows that show anything: after a line feed at the end begins an empty one.
    fn used(&self) -> usize {
        let empty = self.rows.last().is_some_and(|row| row.cells.is_empty());
        self.rows.len() - usize::from(empty)
    }

    /// The row and the column in which the byte `at` is shown, or would be.
    fn find(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.length);
        let begins_before =
            |row: &Row| row.cells.first().is_some_and(|(i, _)| *i <= at);
        let row = match self.rows.iter().rposition(begins_before) {
            // The end of the bytes after a line feed is the empty row below it.
            Some(row) if at == self.length && self.rows[row].ended => row + 1,
            Some(row) => row,
            None => 0,
        };
        let column = |row: &Row| {
            let before = row.cells.iter().enumerate().take_while(|(i, _)| {
                row.cells
                    .get(i + 1)
                    .map_or(at == self.length, |(next, _)| *next <= at)
            });
            before.map(|(_, (_, shown))| shown.chars().count()).sum()
        };
        (row, self.rows.get(row).map_or(0, column))
    }

    /// One row, padded to `width`, with the character that begins in column `mark` styled.
    fn cell(
        &self,
        row: usize,
        mark: Option<usize>,
        style: anstyle::Style,
        width: usize,
    ) -> String {
        let Some(row) = self.rows.get(row) else {
            return " ".repeat(width);
        };
        let (mut out, mut column) = (String::new(), 0);
        for (_, shown) in &row.cells {
            if mark == Some(column) {
                write!(out, "{style}{shown}{style:#}").expect("a String");
            } else {
                out.push_str(shown);
            }
            column += shown.chars().count();
        }
        out + &" ".repeat(width.saturating_sub(column))
    }
}
