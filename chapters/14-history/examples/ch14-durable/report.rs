//! What was measured, for the terminal and for the book's table.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde_json::{Value, json};

use crate::load::Figures;

/// Above this load average, others have used the disk and the processors as well.
const MOST_LOAD: f64 = 1.0;
/// So many commits for each sync are an error of measuring, and more are not.
const MOST_COMMITS: f64 = 1.1;

/// So many writers, and what came of them: the medians of all turns.
#[derive(Debug)]
pub(crate) struct Row {
    writers: usize,
    syncs: f64,
    alone: Median,
    grouped: Median,
    /// The median of the ratios of turns that followed each other.
    ratio: f64,
}

#[derive(Debug)]
struct Median {
    rate: f64,
    p99: f64,
}

/// What came of each turn with so many writers.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    pub(crate) syncs: Vec<f64>,
    pub(crate) alone: Vec<Figures>,
    pub(crate) grouped: Vec<Figures>,
}

impl Row {
    pub(crate) fn new(writers: usize, turns: Turns) -> Self {
        let Turns {
            syncs,
            alone,
            grouped,
        } = turns;
        let ratios = alone.iter().zip(&grouped).map(|(a, g)| g.rate / a.rate);
        Self {
            writers,
            syncs: median(syncs),
            ratio: median(ratios.collect()),
            alone: Median::of(&alone),
            grouped: Median::of(&grouped),
        }
    }
}

impl Median {
    fn of(turns: &[Figures]) -> Self {
        Self {
            rate: median(turns.iter().map(|turn| turn.rate).collect()),
            p99: median(
                turns
                    .iter()
                    .map(|turn| turn.p99.as_secs_f64() * 1e3)
                    .collect(),
            ),
        }
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:4} writers: {:6.0} syncs/s; {:6.0} messages/s one by one (p99 {:.1} ms), \
             {:6.0} in groups (p99 {:.1} ms): {:.1} times",
            self.writers,
            self.syncs,
            self.alone.rate,
            self.alone.p99,
            self.grouped.rate,
            self.grouped.p99,
            self.ratio
        )
    }
}

/// How much was going on in the last minute, where the system tells it.
pub(crate) fn load_average() -> Option<f64> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    load.split(' ').next()?.parse().ok()
}

/// Whether these are figures to be shown.
///
/// # Errors
///
/// When the machine was busy, or when there were more commits than syncs, so that one of
/// both cannot be right.
pub(crate) fn check(rows: &[Row], load: Option<f64>) -> Result<(), String> {
    if let Some(load) = load.filter(|load| *load > MOST_LOAD) {
        return Err(format!(
            "the load average was {load:.2} before: nothing is recorded above \
             {MOST_LOAD}; wait a minute or two"
        ));
    }
    let doubtful = rows
        .iter()
        .find(|row| row.alone.rate > row.syncs * MOST_COMMITS);
    doubtful.map_or(Ok(()), |row| {
        Err(format!(
            "{:.0} commits a second with {} writers, on a disk with {:.0} syncs: nothing \
             is recorded; the disk has changed meanwhile, or is not synced",
            row.alone.rate, row.writers, row.syncs
        ))
    })
}

/// Writes the table and the chart to where the page takes them from.
pub(crate) fn record(rows: &[Row], load: Option<f64>) -> io::Result<[PathBuf; 2]> {
    let note = note(load);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    fs::create_dir_all(&folder)?;
    let write = |name: &str, content: Value| {
        let file = folder.join(name);
        fs::write(&file, format!("{content:#}\n"))?;
        Ok::<_, io::Error>(file)
    };
    Ok([
        write("durable.json", table(rows, &note))?,
        write("durable-chart.json", chart(rows, &note))?,
    ])
}

fn table(rows: &[Row], note: &str) -> Value {
    let cells = |row: &Row| {
        [
            row.writers.to_string(),
            format!("{:.0}", row.syncs),
            format!("{:.0}", row.alone.rate),
            format!("{:.0}", row.grouped.rate),
            format!("{:.1}", row.ratio),
            format!("{:.1}", row.alone.p99),
            format!("{:.1}", row.grouped.p99),
        ]
    };
    json!({
        "caption": "Messages that are acknowledged per second, each of them durable",
        "columns": [
            "writers", "syncs of the disk", "one by one", "in groups", "times, as the median of the turns",
            "99 of 100 wait at most, one by one, ms", "in groups, ms",
        ],
        "rows": rows.iter().map(cells).collect::<Vec<_>>(),
        "note": note,
    })
}

fn chart(rows: &[Row], note: &str) -> Value {
    let series = |name: &str, figure: &dyn Fn(&Row) -> f64| {
        let point = |row: &Row| (row.writers as f64, figure(row).round());
        let points: Vec<_> = rows.iter().map(point).collect();
        json!({ "name": name, "points": points })
    };
    json!({
        "caption": "Acknowledged messages, beside the syncs that the disk can do",
        "x": { "label": "writers", "log": true },
        "y": { "label": "per second", "log": true },
        "series": [
            series("in groups", &|row| row.grouped.rate),
            series("one by one", &|row| row.alone.rate),
            series("syncs of the disk", &|row| row.syncs),
        ],
        "note": note,
    })
}

/// How the figures were got.
fn note(load: Option<f64>) -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split(": ").nth(1));
    let load = load.map_or("an unknown load".to_owned(), |load| {
        format!("a load average of {load:.2}")
    });
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| output.stdout).unwrap_or_default();
    format!(
        "Syncs of the disk: of a file that grows or of one that is overwritten, whichever \
         are more. {} with {load} before, {} {}, {}; \
         `cargo run --release --example ch14-durable -- --record`",
        name.unwrap_or(env::consts::ARCH),
        env::consts::OS,
        env::consts::ARCH,
        String::from_utf8_lossy(&rustc).trim(),
    )
}
