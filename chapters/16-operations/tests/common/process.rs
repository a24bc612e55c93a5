//! The example as a process of its own.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use tempfile::TempDir;
use wiretap::harness::example;

/// What a command has printed: on both streams.
pub(crate) struct Output {
    pub(crate) text: String,
    pub(crate) success: bool,
}

pub(crate) fn output(command: &mut Command) -> Output {
    // What holds here is no part of a test.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHAT_") {
            command.env_remove(name);
        }
    }
    let output = command.output().expect("it starts");
    let text = [output.stdout, output.stderr].concat();
    Output {
        text: String::from_utf8(text).expect("text"),
        success: output.status.success(),
    }
}

/// A folder in which servers run, one after the other.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(example("ch16-operations"));
        let anywhere = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
        let has_own = arguments.contains(&"--listen");
        let anywhere = if has_own { &anywhere[2..] } else { &anywhere };
        // To try a password is not what takes the time here.
        let cheap = ["gate.hashing.memory=64", "gate.hashing.passes=1"];
        let cheap = cheap.iter().flat_map(|setting| ["--set", setting]);
        command
            .current_dir(self.path())
            .args(anywhere)
            .args(cheap)
            .args(arguments);
        command
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Server {
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let errors = child.stderr.take().expect("it is piped");
        // Somebody has to read it, or the server would wait.
        let log = std::thread::spawn(move || everything(errors));
        let mut line = String::new();
        output.read_line(&mut line).expect("it says where it is");
        let mut addresses = line.split("://").skip(1).map(|rest| {
            let (address, _) = rest.split_once('/').expect("a path");
            address.parse().expect("an address")
        });
        let mut next = || {
            addresses
                .next()
                .unwrap_or_else(|| panic!("two URLs: {line}"))
        };
        let (address, admin) = (next(), next());
        Server {
            address,
            admin,
            child,
            output: Some(output),
            log: Some(log),
        }
    }
}

fn everything(mut errors: ChildStderr) -> String {
    let mut text = String::new();
    errors.read_to_string(&mut text).expect("text");
    text
}

/// A server, where it is, and how to stop it. It ends with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    child: Child,
    output: Option<BufReader<ChildStdout>>,
    log: Option<JoinHandle<String>>,
}

/// How it has ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    pub(crate) said: String,
    pub(crate) log: String,
}

impl Server {
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        // The shell has a `kill` of its own: not every system has one on its path.
        let kill = format!("kill -{name} {}", self.child.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("a shell").success());
    }

    /// Waits until it has ended.
    pub(crate) fn wait(mut self) -> Ended {
        let mut said = String::new();
        let mut output = self.output.take().expect("it is piped");
        output.read_to_string(&mut said).expect("text");
        let log = self.log.take().expect("it is read").join().expect("text");
        let success = self.child.wait().expect("it ends").success();
        Ended { success, said, log }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The whole answer to a request.
pub(crate) fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The figures, as soon as they have this in them.
pub(crate) fn get_until(admin: SocketAddr, words: &str) -> String {
    loop {
        let figures = get(admin, "/metrics");
        if figures.contains(words) {
            return figures;
        }
    }
}
