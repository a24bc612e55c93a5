//! Runs a test target under a deadline, and reads what it prints.

use std::env;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// How often a running test is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// What a run of a test target came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdicts {
    /// The names of the tests that pass.
    pub(super) passed: Vec<String>,
    /// The tests that fail, and what each printed.
    pub(super) failed: Vec<(String, String)>,
    /// Whether it ran into the deadline and was ended.
    pub(super) hung: bool,
}

/// Takes every setting of insta away: what was recorded stays as it is, whatever the
/// reader's shell says.
pub(super) fn scrub(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("INSTA_") {
            command.env_remove(name);
        }
    }
    command.env_remove("RUST_BACKTRACE");
}

/// Runs the tests of `executable`, a target of the package in `root/package`.
pub(super) fn run(
    executable: &Path,
    root: &Path,
    package: &str,
    deadline: Duration,
    colour: bool,
) -> anyhow::Result<Verdicts> {
    let mut command = Command::new(executable);
    command
        .args(["--color", "never"])
        .current_dir(root.join(package));
    scrub(&mut command);
    // What Cargo would set from .cargo/config.toml.
    command
        .env("INSTA_UPDATE", "no")
        .env("INSTA_WORKSPACE_ROOT", root);
    command.env(if colour { "CLICOLOR_FORCE" } else { "NO_COLOR" }, "1");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {}", executable.display()))?;
    // Both pipes are emptied as they fill, or a talkative test would wait for us.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let hung = !ends_within(&mut child, deadline)?;
    let text = stdout.join().unwrap_or_default();
    let aborted = stderr.join().unwrap_or_default();
    let mut verdicts = read(&text);
    verdicts.hung = hung;
    if !hung && !text.contains("test result:") {
        // The process ended before libtest could report: an abort or a stack overflow.
        verdicts
            .failed
            .push(("the test process".to_owned(), aborted));
    }
    Ok(verdicts)
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is still worth showing.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    })
}

/// Waits for the end; a process that is still there at the deadline is ended.
fn ends_within(child: &mut Child, deadline: Duration) -> io::Result<bool> {
    let end = Instant::now() + deadline;
    while child.try_wait()?.is_none() {
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(GLANCE);
    }
    Ok(true)
}

/// Reads what libtest prints.
fn read(output: &str) -> Verdicts {
    let mut verdicts = Verdicts {
        passed: Vec::new(),
        failed: Vec::new(),
        hung: false,
    };
    let (results, details) = output.split_once("\nfailures:\n").unwrap_or((output, ""));
    for line in results.lines() {
        let Some((name, result)) = line
            .strip_prefix("test ")
            .and_then(|line| line.rsplit_once(" ... "))
        else {
            continue;
        };
        match result {
            "ok" => verdicts.passed.push(name.to_owned()),
            "FAILED" => verdicts
                .failed
                .push((name.to_owned(), printed(details, name))),
            _ => {}
        }
    }
    verdicts
}

/// What a test printed, without libtest's frame.
fn printed(details: &str, name: &str) -> String {
    let start = format!("---- {name} stdout ----\n");
    let Some((_, text)) = details.split_once(&start) else {
        return String::new();
    };
    let ends = ["\n---- ", "\nfailures:\n"];
    let end = ends.iter().filter_map(|end| text.find(end)).min();
    let text = &text[..end.unwrap_or(text.len())];
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE"));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
running 3 tests
test checks::b ... ok
test checks::a ... FAILED
test checks::c ... FAILED

failures:

---- checks::a stdout ----

thread 'checks::a' (7) panicked at a.rs:1:1:
not yet implemented: the task
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- checks::c stdout ----

thread 'checks::c' (8) panicked at a.rs:2:1:
second


failures:
    checks::a
    checks::c

test result: FAILED. 1 passed; 2 failed; 0 ignored
";

    #[test]
    fn the_report_of_a_run_is_read() {
        let verdicts = read(OUTPUT);
        assert_eq!(verdicts.passed, ["checks::b"]);
        let a = "thread 'checks::a' (7) panicked at a.rs:1:1:\n\
                 not yet implemented: the task";
        let c = "thread 'checks::c' (8) panicked at a.rs:2:1:\nsecond";
        let expected = [("checks::a", a), ("checks::c", c)];
        assert_eq!(
            verdicts.failed,
            expected.map(|(n, t)| (n.to_owned(), t.to_owned()))
        );
    }

    #[test]
    fn a_run_without_failures_is_read() {
        let verdicts =
            read("running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed\n");
        assert_eq!((verdicts.passed.len(), verdicts.failed.len()), (1, 0));
    }
}
