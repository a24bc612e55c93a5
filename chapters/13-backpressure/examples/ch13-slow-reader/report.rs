//! What was seen, as a table and as the book's charts.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use serde_json::{Value, json};

use crate::room::{Ear, INTERVAL, READERS, RETURNS, SIZE, STOPS, Seen};

pub(crate) fn in_words(seen: &[Seen]) -> String {
    let mut out = String::new();
    let columns = COLUMNS.map(str::to_owned);
    for row in std::iter::once(columns).chain(seen.iter().map(row)) {
        let [way, kept, delay, missed, end] = row;
        writeln!(out, "{way:23}{kept:>11}{delay:>16}{missed:>10}  {end}")
            .expect("a string takes everything");
    }
    out
}

const COLUMNS: [&str; 5] = [
    "how",
    "kept, KiB",
    "others wait, s",
    "missed",
    "the slow one is",
];

fn highest(curve: &[(f64, f64)]) -> f64 {
    curve.iter().map(|point| point.1).fold(0.0, f64::max)
}

fn row(seen: &Seen) -> [String; 5] {
    let Ear {
        dropped,
        ended,
        caught_up,
        ..
    } = &seen.slow;
    let (missed, end) = match (ended, caught_up) {
        (Some(code), _) => ("the rest".to_owned(), format!("told {code}")),
        (None, Some(after)) => (
            dropped.to_string(),
            format!("up to date after {:.2} s", after.as_secs_f64()),
        ),
        (None, None) => (dropped.to_string(), "not up to date".to_owned()),
    };
    [
        seen.way.name().to_owned(),
        format!("{:.0}", highest(&seen.kept)),
        format!("{:.2}", highest(&seen.delay)),
        missed,
        end,
    ]
}

/// Writes the charts and the table to where the book's pages take them from.
pub(crate) fn record(seen: &[Seen]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let files = [
        ("slow-reader-memory.json", memory(seen)),
        ("slow-reader-delay.json", delay(seen)),
        ("slow-reader.json", table(seen)),
    ];
    for (name, value) in files {
        fs::write(folder.join(name), format!("{value:#}\n"))?;
        println!("wrote {name}");
    }
    Ok(())
}

fn note() -> String {
    format!(
        "A room of {READERS} readers, a text of {SIZE} bytes each {} ms; one of them reads \
         nothing from second {} to second {}. Simulated, and so the same everywhere; \
         `cargo run --example ch13-slow-reader -- --record`",
        INTERVAL.as_millis(),
        STOPS.as_secs(),
        RETURNS.as_secs(),
    )
}

fn chart(
    caption: &str,
    y: &str,
    seen: &[Seen],
    curve: fn(&Seen) -> &[(f64, f64)],
) -> Value {
    let series = seen
        .iter()
        .map(|seen| json!({ "name": seen.way.name(), "points": curve(seen) }));
    json!({
        "caption": caption,
        "x": { "label": "second of the minute" },
        "y": { "label": y },
        "series": series.collect::<Vec<_>>(),
        "note": note(),
    })
}

fn memory(seen: &[Seen]) -> Value {
    let caption = "What the server keeps for one reader that does not read";
    chart(caption, "KiB", seen, |seen| &seen.kept)
}

fn delay(seen: &[Seen]) -> Value {
    let caption = "How late the other readers' messages are";
    chart(caption, "seconds late", seen, |seen| &seen.delay)
}

fn table(seen: &[Seen]) -> Value {
    json!({
        "caption": "The same four, in a minute",
        "columns": COLUMNS,
        "rows": seen.iter().map(row).collect::<Vec<_>>(),
        "note": note(),
    })
}
