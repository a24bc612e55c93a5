//! A table, for the terminal and for the page.

use std::fmt;

use serde::Serialize;

/// A table with its caption and how it was got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
    /// How it was got.
    pub note: String,
}

impl Table {
    pub(super) fn new(caption: &str, columns: &[&str], note: String) -> Self {
        Self {
            caption: caption.to_owned(),
            columns: columns.iter().copied().map(str::to_owned).collect(),
            rows: Vec::new(),
            note,
        }
    }

    /// The JSON that the book's pages are made from.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a table is texts and nothing else")
    }
}

/// In columns: the first to the left, all others to the right.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = || std::iter::once(&self.columns).chain(&self.rows);
        let width = |column: usize| {
            let cells = lines().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        writeln!(f, "{}\n", self.caption)?;
        for line in lines() {
            for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(f, "{cell:width$}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
            writeln!(f)?;
        }
        writeln!(f, "\n{}", self.note)
    }
}
