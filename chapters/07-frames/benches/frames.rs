//! Masking: by the byte, by four, fastwebsockets 0.10, and a plain copy.
//! Reading one frame: ours, and tungstenite 0.30.
//!
//! `cargo bench -p ch07-frames` also writes `masking.json` and `reading.json`, the tables
//! on the page.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use bytes::BytesMut;
use criterion::{BenchmarkId, Criterion};
use frames::{
    Decoder, Header, MaskingKey, Opcode, Role, mask, mask_byte_by_byte, put_frame,
};
use serde_json::{Value, json};
use tungstenite_0_30::WebSocket;
use tungstenite_0_30::protocol::{self, frame::FrameHeader};

const KEY: MaskingKey = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);

const LENGTHS: [(usize, &str); 4] = [
    (32, "32 B"),
    (125, "125 B"),
    (1024, "1 KiB"),
    (65_536, "64 KiB"),
];

type Mask = fn(&mut [u8], &mut [u8]);

/// Each takes the payload, and a second buffer of its length.
const MASKS: [(&str, Mask); 4] = [
    ("byte-by-byte", |payload, _| {
        mask_byte_by_byte(payload, black_box(KEY), 0);
    }),
    ("ours", |payload, _| mask(payload, black_box(KEY), 0)),
    ("fastwebsockets", |payload, _| {
        fastwebsockets::unmask(payload, black_box(KEY.0));
    }),
    ("memcpy", |payload, other| other.copy_from_slice(payload)),
];

fn bench_masking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("masking");
    for (length, _) in LENGTHS {
        for (name, mask) in MASKS {
            let mut payload = vec![0x5a; length];
            let mut other = vec![0; length];
            group.bench_function(BenchmarkId::new(name, length), |bencher| {
                bencher.iter(|| mask(black_box(&mut payload), black_box(&mut other)));
            });
        }
    }
    group.finish();
}

/// A masked binary frame.
fn frame(length: usize) -> BytesMut {
    let mut out = BytesMut::new();
    let header = Header {
        masking_key: Some(KEY),
        ..Header::new(Opcode::Binary, 0)
    };
    put_frame(header, &vec![0x5a; length], &mut out);
    out
}

/// A stream that is the same bytes for ever.
struct Again(Cursor<Vec<u8>>);

impl Read for Again {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => {
                self.0.set_position(0);
                self.0.read(buffer)
            }
            read => Ok(read),
        }
    }
}

impl Write for Again {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn bench_reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading");
    for (length, _) in LENGTHS {
        let mut bytes = frame(length);
        group.bench_function(BenchmarkId::new("header", length), |bencher| {
            bencher.iter(|| Header::decode(black_box(&bytes)));
        });
        group.bench_function(BenchmarkId::new("their-header", length), |bencher| {
            bencher.iter(|| FrameHeader::parse(&mut Cursor::new(black_box(&bytes))));
        });
        // The payload is masked and unmasked in turn, which costs the same.
        let mut decoder = Decoder::new(Role::Server);
        group.bench_function(BenchmarkId::new("frame", length), |bencher| {
            bencher.iter(|| {
                let mut input = black_box(&mut bytes[..]);
                let mut read = 0;
                while let Ok(Some(part)) = decoder.decode(&mut input) {
                    read += part.payload.len();
                }
                read
            });
        });
        // As many frames as fill its buffer of 128 KiB.
        let many = bytes.repeat((128 * 1024 / bytes.len()).max(1));
        let stream = Again(Cursor::new(many));
        let mut socket =
            WebSocket::from_raw_socket(stream, protocol::Role::Server, None);
        group.bench_function(BenchmarkId::new("their-message", length), |bencher| {
            bencher.iter(|| socket.read().expect("the frame is legal"));
        });
    }
    group.finish();
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

fn nanoseconds(group: &str, name: &str, length: usize) -> Option<f64> {
    let path = criterion_folder().join(format!("{group}/{name}/{length}"));
    let text = fs::read_to_string(path.join("new/estimates.json")).ok()?;
    let estimates: Value = serde_json::from_str(&text).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

fn masking_table() -> Option<Value> {
    let mut rows = Vec::new();
    for (length, label) in LENGTHS {
        let mut row = vec![json!(label)];
        for (name, _) in MASKS {
            // Bytes per nanosecond are gigabytes per second.
            let rate = length as f64 / nanoseconds("masking", name, length)?;
            row.push(json!(format!("{rate:.1}")));
        }
        rows.push(row);
    }
    Some(json!({
        "caption": "Masking, in gigabytes per second",
        "columns": ["payload", "byte by byte", "ours", "fastwebsockets 0.10", "a copy"],
        "rows": rows,
        "note": note(),
    }))
}

fn reading_table() -> Option<Value> {
    let mut rows = Vec::new();
    for (length, label) in LENGTHS {
        let mut row = vec![json!(label)];
        for name in ["header", "their-header", "frame", "their-message"] {
            let time = nanoseconds("reading", name, length)?;
            row.push(json!(format!("{time:.1} ns")));
        }
        rows.push(row);
    }
    Some(json!({
        "caption": "Reading one masked frame out of memory",
        "columns": [
            "payload", "header, ours", "header, tungstenite 0.30",
            "frame, ours", "message, tungstenite 0.30",
        ],
        "rows": rows,
        "note": note(),
    }))
}

fn note() -> String {
    format!(
        "medians; {}, {}, {}; `cargo bench -p ch07-frames`",
        processor(),
        env::consts::OS,
        first_line("rustc", "--version"),
    )
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

fn main() {
    let mut criterion = Criterion::default()
        .output_directory(&criterion_folder())
        // Samples of some 2 ms: on a busy machine most of them are not interrupted.
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(200))
        .configure_from_args();
    bench_masking(&mut criterion);
    bench_reading(&mut criterion);
    criterion.final_summary();
    // `cargo test --benches` runs each case once and measures nothing.
    if !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let tables = [("masking", masking_table()), ("reading", reading_table())];
    for (name, table) in tables {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let path = folder.join(format!("{name}.json"));
        match table {
            Some(table) => {
                fs::write(&path, format!("{table:#}\n")).expect("it can be written");
                println!("wrote {}", path.display());
            }
            None => println!("no {name}.json: not every case has been measured"),
        }
    }
}
