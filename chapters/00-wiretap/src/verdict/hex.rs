//! Two byte strings next to each other in hex, around the place where they part.

use std::fmt::Write as _;

use super::layout::{Pair, push_line};
use super::{EXPECTED, YOURS};

/// Bytes in a row of hex: two rows beside each other fit into eighty columns.
const OCTETS: usize = 8;

impl Pair<'_> {
    /// Both in hex around the difference, side by side.
    pub(super) fn hex_view(&self, at: usize) -> String {
        let width = 3 * OCTETS - 1 + 2 + OCTETS;
        let mut out = format!("\n  {:>5}  {:width$}    yours\n", "byte", "expected");
        let row = at / OCTETS;
        let longest = self.expected.len().max(self.got.len());
        for row in row.saturating_sub(1)..=row + 1 {
            let start = row * OCTETS;
            if start > longest || (start == longest && start > at) {
                break;
            }
            let left = hex_cell(self.expected, start, at, EXPECTED);
            let right = hex_cell(self.got, start, at, YOURS);
            push_line(&mut out, &format!("  {start:>5}  {left}    {right}"));
            if at / OCTETS == row {
                let caret = " ".repeat(3 * (at % OCTETS)) + "^^";
                push_line(&mut out, &format!("         {caret:width$}    {caret}"));
            }
        }
        out
    }
}

/// Eight bytes in hex and as characters, padded to the same width, `at` in `style`.
fn hex_cell(bytes: &[u8], start: usize, at: usize, style: anstyle::Style) -> String {
    let (mut hex, mut text) = (String::new(), String::new());
    for i in start..start + OCTETS {
        let gap = if i == start { "" } else { " " };
        let (pair, shown) = match bytes.get(i) {
            Some(byte) => (format!("{byte:02x}"), printable(*byte)),
            None => ("  ".to_owned(), ' '),
        };
        if i == at && i < bytes.len() {
            write!(hex, "{gap}{style}{pair}{style:#}").expect("a String");
            write!(text, "{style}{shown}{style:#}").expect("a String");
        } else {
            write!(hex, "{gap}{pair}").expect("a String");
            text.push(shown);
        }
    }
    format!("{hex}  {text}")
}

fn printable(byte: u8) -> char {
    match byte {
        0x20..=0x7e => char::from(byte),
        _ => '·',
    }
}
