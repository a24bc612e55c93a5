//! What it costs to try one password, for a server and for whoever has stolen its file.
//!
//! ```sh
//! cargo run --release --example ch15-passwords
//! ```
#![expect(clippy::print_stdout, reason = "it reports what it measures")]

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use clap::Parser;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

#[derive(Debug, Parser)]
struct Args {
    /// How often each is done; the fastest counts.
    #[arg(long, default_value_t = 40)]
    rounds: u32,
    /// Write the figures as the book's table.
    #[arg(long)]
    record: bool,
    /// Do one of them once, and print the most memory that this process had, in KiB.
    #[arg(long, hide = true)]
    once: Option<usize>,
}

/// A way to make something of a password.
#[derive(Debug, Clone, Copy)]
enum Hash {
    /// Nothing at all, to know what a process has without it.
    Nothing,
    Sha256,
    /// With so many KiB, gone through so many times.
    Argon2id(u32, u32),
}

const NOTHING: usize = 0;
const HASHES: [Hash; 6] = [
    Hash::Nothing,
    Hash::Sha256,
    Hash::Argon2id(7 << 10, 5),
    Hash::Argon2id(19 << 10, 2),
    Hash::Argon2id(46 << 10, 1),
    Hash::Argon2id(64 << 10, 3),
];

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Sha256 => f.write_str("SHA-256"),
            Self::Argon2id(memory, 1) => {
                write!(f, "Argon2id, {} MiB, once", memory >> 10)
            }
            Self::Argon2id(memory, passes) => {
                write!(f, "Argon2id, {} MiB, {passes} times", memory >> 10)
            }
        }
    }
}

impl Hash {
    fn of(self, password: &[u8]) -> Result<[u8; 32], argon2::Error> {
        let mut hash = [0; 32];
        match self {
            Self::Nothing => {}
            Self::Sha256 => hash = Sha256::digest(password).into(),
            Self::Argon2id(memory, passes) => {
                let params = Params::new(memory, passes, 1, None)?;
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                argon2.hash_password_into(password, b"sixteen of salt.", &mut hash)?;
            }
        }
        Ok(hash)
    }

    /// The least processor time that one takes.
    fn time(self, rounds: u32) -> Result<Duration, argon2::Error> {
        // What is too fast for a clock is done more often.
        let times = if matches!(self, Self::Argon2id(..)) {
            1
        } else {
            10_000
        };
        let mut least = Duration::MAX;
        for round in 0..rounds {
            let before = processor_time();
            for turn in 0..times {
                let password = [round.to_le_bytes(), u32::to_le_bytes(turn)].concat();
                std::hint::black_box(self.of(&password)?);
            }
            least = least.min(processor_time().saturating_sub(before) / times);
        }
        Ok(least)
    }
}

/// What this thread has used of a processor: what others do meanwhile is not in it.
#[cfg(unix)]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = Duration::from_secs(time.tv_sec.unsigned_abs());
    seconds + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}

/// Elsewhere it is the time that passes.
#[cfg(not(unix))]
fn processor_time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// The most memory that this process has had, in KiB, where the system says it.
fn most_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The most memory of a process that does one of them once.
fn memory_of(index: usize) -> Result<Option<u64>, Box<dyn Error>> {
    let mut itself = Command::new(std::env::current_exe()?);
    let output = itself.args(["--once", &index.to_string()]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse().ok())
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if let Some(index) = args.once {
        let hash = HASHES.get(index).ok_or("there is no such hash")?;
        std::hint::black_box(hash.of(b"a password")?);
        if let Some(memory) = most_memory() {
            println!("{memory}");
        }
        return Ok(());
    }
    let without = memory_of(NOTHING)?;
    let mut rows = Vec::new();
    for (index, hash) in HASHES.iter().enumerate().skip(NOTHING + 1) {
        let time = hash.time(args.rounds)?.as_secs_f64();
        let memory = memory_of(index)?.zip(without);
        let memory = memory.map(|(with, without)| with.saturating_sub(without));
        let row = [
            hash.to_string(),
            digits(time * 1000.0),
            memory.map_or("not known".to_owned(), |kib| {
                format!("{:.1}", kib as f64 / 1024.0)
            }),
            format!("{:.0}", 1.0 / time),
        ];
        println!(
            "{:26} {:>9} ms {:>9} MiB {:>9} a second",
            row[0], row[1], row[2], row[3]
        );
        rows.push(row);
    }
    if args.record {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/passwords.json");
        fs::create_dir_all(file.parent().ok_or("no folder")?)?;
        fs::write(&file, format!("{:#}\n", table(&rows)))?;
        println!("wrote {}", file.display());
    }
    Ok(())
}

/// A number with two digits that say something, or more.
fn digits(number: f64) -> String {
    if number >= 10.0 {
        format!("{number:.0}")
    } else if number >= 1.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.5}")
    }
}

fn table(rows: &[[String; 4]]) -> Value {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split(": ").nth(1));
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| output.stdout).unwrap_or_default();
    json!({
        "caption": "What one try of a password costs",
        "columns": ["hash", "ms of one core", "MiB", "tries a second with one core"],
        "rows": rows,
        "note": format!(
            "The least processor time of many tries, and what the process had more than one \
             that hashes nothing. Once, 2 times: the passes over the memory. {}, {}; \
             `cargo run --release --example ch15-passwords -- --record`",
            name.unwrap_or(std::env::consts::ARCH),
            String::from_utf8_lossy(&rustc).trim(),
        ),
    })
}
