//! The chapter's head parser and `httparse` 1.10, on the same heads, side by side.
//!
//! `cargo bench -p ch01-raw-http` also writes `head-parser.json`, the table on the page.
#![expect(
    missing_docs,
    reason = "criterion's macros make undocumented functions"
)]
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use criterion::{BenchmarkId, Criterion};
use raw_http::{HeadScan, Limits, RequestHead};
use serde_json::{Value, json};

const GROUP: &str = "head";

/// A head and the size of the pieces in which it arrives.
struct Case {
    name: &'static str,
    head: &'static [u8],
    piece: usize,
}

const CASES: [Case; 3] = [
    Case {
        name: "curl's",
        head: include_bytes!("../tests/heads/curl-7.88.1.bin"),
        piece: usize::MAX,
    },
    Case {
        name: "Chromium's",
        head: include_bytes!("../tests/heads/chromium-156.bin"),
        piece: usize::MAX,
    },
    Case {
        name: "Chromium's, 16 bytes a read",
        head: include_bytes!("../tests/heads/chromium-156.bin"),
        piece: 16,
    },
];

/// Who parses. What comes out is not the same: see the table's note.
const PARSERS: [(&str, fn(&Case)); 3] = [
    ("httparse", httparse_borrowed),
    ("httparse-owned", httparse_owned),
    ("ours", ours),
];

/// The ends of the reads in which a head arrives.
fn reads(case: &Case) -> impl Iterator<Item = &[u8]> {
    let ends = (case.piece..case.head.len()).step_by(case.piece.min(case.head.len()));
    ends.chain([case.head.len()]).map(|end| &case.head[..end])
}

fn ours(case: &Case) {
    let mut scan = HeadScan::new(&Limits::default());
    for buffer in reads(case) {
        let parsed = RequestHead::parse(black_box(buffer), &mut scan);
        black_box(parsed.expect("the head is valid"));
    }
}

fn httparse_borrowed(case: &Case) {
    for buffer in reads(case) {
        let mut fields = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut fields);
        let status = request.parse(black_box(buffer)).expect("the head is valid");
        black_box((status, &request));
    }
}

fn httparse_owned(case: &Case) {
    for buffer in reads(case) {
        let mut fields = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut fields);
        let status = request.parse(black_box(buffer)).expect("the head is valid");
        if status.is_partial() {
            continue;
        }
        let method = request.method.map(str::to_owned);
        let target = request.path.map(str::to_owned);
        let text = |bytes: &[u8]| str::from_utf8(bytes).map(str::to_owned);
        let fields: Result<Vec<_>, _> = request
            .headers
            .iter()
            .map(|field| text(field.value).map(|value| (field.name.to_owned(), value)))
            .collect();
        black_box((method, target, fields.expect("the head is text")));
    }
}

/// `TARGET/criterion`, from `TARGET/PROFILE/deps/this-program`.
fn criterion_folder() -> PathBuf {
    let program = env::current_exe().expect("a program knows its own path");
    let target = program
        .ancestors()
        .nth(3)
        .expect("it lies in a target folder");
    target.join("criterion")
}

fn nanoseconds(folder: &Path, parser: &str, case: &Case) -> Option<f64> {
    // Criterion names folders by what it was given, with a few characters replaced.
    let id = case.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let path = folder
        .join(GROUP)
        .join(parser)
        .join(id)
        .join("new/estimates.json");
    let text = fs::read_to_string(path).ok()?;
    let estimates: Value = serde_json::from_str(&text).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

fn first_line(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().next().unwrap_or("unknown").to_owned()
}

/// The machine's processor, where the system says it.
fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split(": ").nth(1));
    name.unwrap_or(env::consts::ARCH).to_owned()
}

fn table(folder: &Path) -> Option<Value> {
    let mut rows = Vec::new();
    for case in &CASES {
        let [borrowed, owned, ours] =
            PARSERS.map(|(name, _)| nanoseconds(folder, name, case));
        let (borrowed, owned, ours) = (borrowed?, owned?, ours?);
        rows.push(json!([
            format!("{}, {} bytes", case.name, case.head.len()),
            format!("{borrowed:.0} ns"),
            format!("{owned:.0} ns"),
            format!("{ours:.0} ns"),
            format!("{:.2}", ours / borrowed),
            format!("{:.2}", ours / owned),
        ]));
    }
    let note = format!(
        "medians; {}, {}, {}; `cargo bench -p ch01-raw-http`",
        processor(),
        env::consts::OS,
        first_line("rustc", "--version"),
    );
    Some(json!({
        "caption": "Parsing one head: the chapter's parser against httparse 1.10",
        "columns": [
            "head", "httparse", "httparse, and copies", "ours",
            "ours / httparse", "ours / httparse, and copies",
        ],
        "rows": rows,
        "note": note,
    }))
}

fn main() {
    let folder = criterion_folder();
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .configure_from_args();
    let mut group = criterion.benchmark_group(GROUP);
    for case in &CASES {
        for (parser, parse) in PARSERS {
            let id = case.name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            let id = BenchmarkId::new(parser, id);
            group.bench_with_input(id, case, |bencher, case| {
                bencher.iter(|| parse(case))
            });
        }
    }
    group.finish();
    criterion.final_summary();
    // `cargo test --benches` runs each case once and measures nothing.
    if !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/head-parser.json");
    match table(&folder) {
        Some(table) => {
            fs::write(&path, format!("{table:#}\n")).expect("the table can be written");
            println!("wrote {}", path.display());
        }
        None => println!("no table: not every case has been measured"),
    }
}
