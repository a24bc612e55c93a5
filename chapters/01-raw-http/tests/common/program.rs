//! The chapter's example as a process, and other people's programs.
#![allow(dead_code, reason = "each test target uses its part of it")]

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// The example's program, built first: `cargo test --test NAME` builds no examples.
pub(crate) fn example() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    Command::new(PROGRAM.get_or_init(build))
}

fn build() -> PathBuf {
    let test = env::current_exe().expect("a test knows its own path");
    let profile = test.parent().and_then(|deps| deps.parent());
    let profile = profile.expect("a test lies in PROFILE/deps");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "ch01-raw-http"]);
    cargo.args(["--example", "ch01-raw-http"]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo runs, since it runs this test");
    assert!(status.success(), "the example does not compile");
    let name = format!("ch01-raw-http{}", env::consts::EXE_SUFFIX);
    profile.join("examples").join(name)
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
