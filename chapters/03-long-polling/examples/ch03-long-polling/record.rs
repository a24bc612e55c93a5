//! The figures as the JSON of one of the book's tables.

use std::fs;
use std::path::Path;

/// Writes a table of which each size of the measurement is a column.
pub(crate) fn record(
    file: &Path,
    connections: u64,
    rows: &[[String; 2]],
) -> Result<(), String> {
    let column = format!("{connections} held");
    let mut table: serde_json::Value = fs::read_to_string(file)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| empty_table(rows));
    let columns = table["columns"].as_array().map_or(&[][..], Vec::as_slice);
    let at = columns.iter().position(|name| *name == column);
    let at = at.unwrap_or(columns.len());
    put(&mut table["columns"], at, &column);
    for (n, [_, figure]) in rows.iter().enumerate() {
        put(&mut table["rows"][n], at, figure);
    }
    let text = serde_json::to_string_pretty(&table).map_err(|e| e.to_string())?;
    fs::write(file, text + "\n").map_err(|e| format!("{}: {e}", file.display()))
}

/// Sets a cell, or adds it at the end.
fn put(cells: &mut serde_json::Value, at: usize, text: &str) {
    let cells = cells.as_array_mut().expect("a table of this program's");
    match cells.get_mut(at) {
        Some(cell) => *cell = text.into(),
        None => cells.push(text.into()),
    }
}

fn empty_table(rows: &[[String; 2]]) -> serde_json::Value {
    let names: Vec<[&str; 1]> = rows.iter().map(|[what, _]| [what.as_str()]).collect();
    serde_json::json!({
        "caption": "What held requests cost",
        "columns": [""],
        "rows": names,
        "note": format!(
            "{} {}, a release build, both ends on one machine with two cores; from /proc. \
             `cargo run --release --example ch03-long-polling -- held --connections N`",
            std::env::consts::OS,
            std::env::consts::ARCH,
        ),
    })
}
