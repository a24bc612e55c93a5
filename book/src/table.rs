//! Tables that code produced: ledgers and measurements.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::directive::Fault;
use crate::html::Escaped;
use crate::problem::slashes;
use crate::snapshot;

/// More columns than these are set smaller.
const MOST_COLUMNS: usize = 7;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// How it was got.
    #[serde(default)]
    pub(crate) note: String,
}

/// Renders the table in `root/path`, a `.snap` or plain JSON.
pub(crate) fn render(root: &Path, path: &Path) -> Result<String, Fault> {
    read(root, path).map(|table| html(&table))
}

/// The table in `root/path`.
pub(crate) fn read(root: &Path, path: &Path) -> Result<Table, Fault> {
    let shown = slashes(path);
    let json = if path
        .extension()
        .is_some_and(|extension| extension == "snap")
    {
        snapshot::read(root, path)?.contents
    } else {
        fs::read_to_string(root.join(path)).map_err(|error| {
            Fault::new(
                format!("cannot read {shown}: {error}"),
                "correct the path, or run what measures it",
            )
        })?
    };
    let table: Table = serde_json::from_str(&json).map_err(|error| {
        Fault::new(
            format!("{shown} holds no table: {error}"),
            r#"a table is {"caption": "…", "columns": ["…"], "rows": [["…"]], "note": "…"}"#,
        )
    })?;
    let width = table.columns.len();
    if let Some(row) = table.rows.iter().position(|row| row.len() != width) {
        return Err(Fault::new(
            format!(
                "row {} of {shown} has {} cells under {width} columns",
                row + 1,
                table.rows[row].len()
            ),
            "give every row one cell for each column",
        ));
    }
    Ok(table)
}

pub(crate) fn html(table: &Table) -> String {
    let numeric: Vec<bool> = (0..table.columns.len())
        .map(|column| is_numeric(table.rows.iter().map(|row| row[column].as_str())))
        .collect();
    // A year or a code of four digits has no commas, a table with larger numbers has.
    let has_large = table.rows.iter().any(|row| {
        let mut cells = row.iter().zip(&numeric);
        cells.any(|(cell, numeric)| *numeric && leading_digits(cell) > 4)
    });
    let wide = if table.columns.len() > MOST_COLUMNS {
        " data-wide"
    } else {
        ""
    };
    let mut out = format!(
        "<figure class=\"data{wide}\"><figcaption>{}</figcaption>\
         <div class=\"table-wrapper\" tabindex=\"0\"><table><thead><tr>",
        Inline(&table.caption)
    );
    for (name, numeric) in table.columns.iter().zip(&numeric) {
        let class = class(*numeric);
        write!(out, "<th scope=\"col\"{class}>{}</th>", Inline(name))
            .expect("infallible");
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, numeric) in row.iter().zip(&numeric) {
            let class = class(*numeric);
            let cell = match has_large && *numeric {
                true => Cow::Owned(with_commas(cell)),
                false => Cow::Borrowed(cell.as_str()),
            };
            write!(out, "<td{class}>{}</td>", Inline(&cell)).expect("infallible");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>");
    if !table.note.is_empty() {
        write!(out, "<p class=\"data-note\">{}</p>", Inline(&table.note))
            .expect("infallible");
    }
    out.push_str("</figure>\n");
    out
}

fn leading_digits(cell: &str) -> usize {
    let is_digit = char::is_ascii_digit;
    cell.chars().take_while(is_digit).count()
}

/// `69244 KiB` as `69,244 KiB`.
pub(crate) fn with_commas(cell: &str) -> String {
    let (digits, rest) = cell.split_at(leading_digits(cell));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

fn class(numeric: bool) -> &'static str {
    if numeric { " class=\"number\"" } else { "" }
}

/// A column is numeric when every cell starts like a number or stands for none, and at
/// least one is a number.
fn is_numeric<'a>(mut cells: impl Iterator<Item = &'a str> + Clone) -> bool {
    let starts_with_digit = |cell: &str| {
        // `2, 22, 8` is a list.
        !cell.contains(", ")
            && cell
                .trim_start_matches(['+', '-', '−', '±', '~', '.', '<', '>', ' '])
                .starts_with(|c: char| c.is_ascii_digit())
    };
    let stands_for_none = |cell: &str| matches!(cell.trim(), "" | "-" | "–" | "—");
    cells.clone().any(starts_with_digit)
        && cells.all(|cell| starts_with_digit(cell) || stands_for_none(cell))
}

/// Text in which `` `code` `` is code, and everything else is data.
pub(crate) struct Inline<'a>(pub(crate) &'a str);

impl std::fmt::Display for Inline<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<_> = self.0.split('`').collect();
        // An odd tick has no partner: it is text.
        if parts.len().is_multiple_of(2) {
            return Escaped(self.0).fmt(f);
        }
        for (index, part) in parts.into_iter().enumerate() {
            match index % 2 {
                0 => Escaped(part).fmt(f)?,
                _ => write!(f, "<code>{}</code>", Escaped(part))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(json: &str) -> Result<String, Fault> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("t.json"), json).expect("written");
        render(folder.path(), Path::new("t.json"))
    }

    #[test]
    fn numbers_are_right_aligned_and_text_is_data() {
        let html = rendered(
            r#"{"caption": "A & `b`", "columns": ["how", "ms"],
                "rows": [["<x>", "1,050"], ["", "–"]], "note": "counted"}"#,
        )
        .expect("a table");
        for part in [
            "<figcaption>A &amp; <code>b</code></figcaption>",
            "<th scope=\"col\">how</th><th scope=\"col\" class=\"number\">ms</th>",
            "<td>&lt;x&gt;</td><td class=\"number\">1,050</td>",
            "<p class=\"data-note\">counted</p>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("\n\n"), "{html}");
    }

    #[test]
    fn the_numbers_of_a_table_with_large_ones_have_commas() {
        let html = rendered(
            r#"{"caption": "", "columns": ["a second", "of", "what"], "rows": [
                ["69244.5", "1009", "12345 of them"], ["5234 KiB", "13", "none"]]}"#,
        )
        .expect("a table");
        for cell in [">69,244.5<", ">5,234 KiB<", ">1,009<", ">13<", ">12345 of"] {
            assert!(html.contains(cell), "{cell} in {html}");
        }
        let codes =
            rendered(r#"{"caption": "", "columns": ["c"], "rows": [["1009"]]}"#);
        assert!(codes.expect("a table").contains(">1009<"));
        assert_eq!(with_commas("1234567"), "1,234,567");
        assert_eq!(with_commas("~12345"), "~12345");
    }

    #[test]
    fn a_column_of_words_is_not_numeric() {
        assert!(is_numeric(["1", "–", "2.5 ms"].into_iter()));
        assert!(!is_numeric(["1", "two"].into_iter()));
        assert!(!is_numeric(["–", ""].into_iter()));
        assert!(!is_numeric(["20, 20", "40"].into_iter()));
    }

    #[test]
    fn a_table_that_does_not_fit_is_refused() {
        let fault = rendered(r#"{"caption": "c"}"#).expect_err("a fault");
        assert!(
            fault
                .what
                .starts_with("t.json holds no table: missing field `columns`"),
            "{}",
            fault.what
        );
        let ragged = r#"{"caption": "", "columns": ["a", "b"], "rows": [["1"]]}"#;
        let fault = rendered(ragged).expect_err("a fault");
        assert_eq!(fault.what, "row 1 of t.json has 1 cells under 2 columns");
        let fault = render(Path::new("/nowhere"), Path::new("t.json"))
            .expect_err("no such file");
        assert!(
            fault.what.starts_with("cannot read t.json:"),
            "{}",
            fault.what
        );
    }
}
