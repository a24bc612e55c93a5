//! One small frame, from bytes in memory to an event: the chapter's connection beside
//! others.
//!
//! `cargo bench -p ch09-connection --bench read_path` also writes `read-path.json`, the
//! table on the page.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

#[path = "../examples/ch09-load/machine.rs"]
mod machine;
#[path = "read_path/readers.rs"]
mod readers;
#[path = "../examples/ch09-load/thread.rs"]
mod thread;

use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;

use readers::{READERS, Read};

/// How many frames lie behind each other: about as much as one read brings.
const FRAMES: usize = 1000;
/// Bytes of a frame's payload.
const PAYLOAD: usize = 32;

/// Masked binary frames, as a client sends them.
fn frames() -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![0x82, 0x80 | PAYLOAD as u8];
    frame.extend(key);
    frame.extend((0..PAYLOAD).map(|n| n as u8 ^ key[n % 4]));
    frame.repeat(FRAMES)
}

/// Nanoseconds for one frame, of `turns` passes over all of them.
fn measure(read: &mut Read, bytes: &[u8], turns: usize) -> f64 {
    let now = |start: &Instant| thread::processor_time().unwrap_or(start.elapsed());
    let start = Instant::now();
    let before = now(&start);
    for _ in 0..turns {
        let read = read(black_box(bytes));
        assert_eq!(black_box(read), FRAMES, "every frame is an event");
    }
    let used: Duration = now(&start) - before;
    used.as_nanos() as f64 / (turns * FRAMES) as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    // `cargo test --benches` sees to it that it runs, and measures nothing.
    let (rounds, turns) = match env::args().any(|argument| argument == "--bench") {
        true => (101, 200),
        false => (1, 1),
    };
    let _ = thread::keep_on_core(0);
    let bytes = frames();
    // `cargo bench … -- stream` measures those whose names have that in them.
    let only = env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| only.as_ref().is_none_or(|only| name.contains(&**only));
    let readers = READERS.iter().filter(|(name, _)| wanted(name));
    let mut readers: Vec<(&str, Read)> =
        readers.map(|(name, make)| (*name, make())).collect();
    let mut figures = vec![Vec::new(); readers.len()];
    // In turns, since a machine is not the same from one second to the next.
    for _ in 0..rounds {
        for ((_, read), figures) in readers.iter_mut().zip(&mut figures) {
            figures.push(measure(read, &bytes, turns));
        }
    }
    let figures: Vec<f64> = figures.into_iter().map(median).collect();
    let rows: Vec<[String; 3]> = readers
        .iter()
        .zip(&figures)
        .map(|((name, _), figure)| {
            let ratio = figure / figures[0];
            [
                (*name).to_owned(),
                format!("{figure:.1} ns"),
                format!("{ratio:.2}"),
            ]
        })
        .collect();
    for [name, figure, ratio] in &rows {
        println!("{name:40}{figure:>12}{ratio:>8}");
    }
    if rounds == 1 || only.is_some() {
        return;
    }
    let table = json!({
        "caption": format!("Reading one masked frame of {PAYLOAD} bytes, in memory"),
        "columns": ["reader", "processor time", "ratio"],
        "rows": rows,
        "note": machine::note("cargo bench -p ch09-connection --bench read_path"),
    });
    match machine::record("read-path.json", &table) {
        Ok(path) => println!("wrote {}", path.display()),
        Err(error) => println!("the table cannot be written: {error}"),
    }
}
