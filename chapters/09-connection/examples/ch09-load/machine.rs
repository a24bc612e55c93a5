//! Where figures were got, and where they are written to.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io, thread};

use serde_json::Value;

/// How figures were got: the machine, the compiler, the command.
pub(crate) fn note(command: &str) -> String {
    format!(
        "{}, {} cores, {} {}, {}; `{command}`",
        processor(),
        thread::available_parallelism().map_or(1, usize::from),
        env::consts::OS,
        env::consts::ARCH,
        first_line("rustc", "--version"),
    )
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split(": ").nth(1));
    name.unwrap_or(env::consts::ARCH).to_owned()
}

fn first_line(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().next().unwrap_or("unknown").to_owned()
}

/// Writes a table to where the book's pages take it from.
pub(crate) fn record(name: &str, table: &Value) -> io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let file = folder.join(name);
    fs::write(&file, format!("{table:#}\n"))?;
    Ok(file)
}
