//! Where figures were got, and where they are written to.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use serde_json::Value;

/// How figures were got: the machine and what else it had to do, the compiler, the command.
pub(crate) fn note(command: &str) -> String {
    format!(
        "{}{}{}, {} {}, {}; `{command}`",
        processor(),
        cores(),
        others(),
        env::consts::OS,
        env::consts::ARCH,
        first_line("rustc", "--version"),
    )
}

/// How many cores there are, also for a thread that keeps to one of them.
fn cores() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    match info
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count()
    {
        0 => String::new(),
        count => format!(", {count} cores"),
    }
}

/// The load average of the last five minutes, which is not ours alone.
fn others() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let average = load.split(' ').nth(1);
    average.map_or(String::new(), |average| {
        format!(" with a load average of {average}")
    })
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
