//! The chapter's example as a process, and other people's programs.
#![allow(dead_code, reason = "each test target uses its part of it")]

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

/// The example's program.
pub(crate) fn example() -> Command {
    Command::new(wiretap::harness::example("ch01-raw-http"))
}

/// A process that is ended with its test.
pub(crate) struct Running {
    pub(crate) process: Child,
    /// The first line of what it printed.
    pub(crate) first_line: String,
    pub(crate) output: BufReader<std::process::ChildStdout>,
}

impl Running {
    /// Starts a program and waits for its first line.
    pub(crate) fn start(command: &mut Command) -> Self {
        let started = command.stdout(Stdio::piped()).spawn();
        let mut process = started.unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let output = process.stdout.take().expect("it is piped");
        let mut output = BufReader::new(output);
        let mut first_line = String::new();
        let read = output.read_line(&mut first_line);
        read.unwrap_or_else(|e| panic!("{command:?}: {e}"));
        Self {
            process,
            first_line,
            output,
        }
    }

    /// The chapter's server on a free port, and its address: `127.0.0.1:PORT`.
    pub(crate) fn server() -> (Self, String) {
        let server = Self::start(example().args(["serve", "--listen", "127.0.0.1:0"]));
        let address = server
            .first_line
            .trim()
            .strip_prefix("listening on http://");
        let address = address.expect("it says where it listens").to_owned();
        (server, address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first of these programs that this machine has. When there is none, the test that
/// asks is skipped, and says so; but in CI, where nothing may be skipped, it fails.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn installed(names: &[&str], remedy: &str) -> Option<Command> {
    let found = names.iter().find(|name| {
        let mut version = Command::new(name);
        let run = version.arg("--version").stdout(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        let message = format!("no {} here: {remedy}", names[0]);
        assert!(env::var_os("CI").is_none(), "{message}");
        eprintln!("SKIPPED, {message}");
    }
    found.map(Command::new)
}

/// What a program that succeeds prints.
#[track_caller]
pub(crate) fn printed(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {text}{errors}", output.status);
    text
}
