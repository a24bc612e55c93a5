//! Text for a terminal. What people say is data: a terminal must not take it for commands.

use ratatui::style::Style;
use ratatui::text::Span;

/// The same text, with nothing in it that a terminal would obey: each control character is
/// a replacement character, and so is what turns the direction of writing around, behind
/// which one text can look like another. Line ends stay.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().map(harmless).collect()
}

/// As [`clean`], in one line.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

fn harmless(letter: char) -> char {
    match letter {
        '\n' | '\u{2028}' | '\u{2029}' => '\n',
        '\t' => ' ',
        // Unicode's explicit directions (UAX 9, section 2).
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ if letter.is_control() => char::REPLACEMENT_CHARACTER,
        _ => letter,
    }
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    Span::raw(text).width()
}

/// The rows of a text that is `columns` wide at most: broken between words where that is
/// possible, and never inside of what is seen as one letter. There is at least one.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut rows = Vec::new();
    for line in text.split('\n') {
        let mut row = String::new();
        for word in line.split_inclusive(' ') {
            if width(&row) + width(word.trim_end()) > columns && !row.is_empty() {
                rows.push(std::mem::take(&mut row));
            }
            for letter in Span::raw(word).styled_graphemes(Style::default()) {
                if width(&row) + width(letter.symbol) > columns {
                    rows.push(std::mem::take(&mut row));
                }
                row.push_str(letter.symbol);
            }
        }
        rows.push(row);
    }
    rows.iter().map(|row| row.trim_end().to_owned()).collect()
}

/// As much of the beginning as has room in so many columns.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let mut kept = String::new();
    for letter in Span::raw(text).styled_graphemes(Style::default()) {
        if width(&kept) + width(letter.symbol) > columns {
            break;
        }
        kept.push_str(letter.symbol);
    }
    kept
}
