//! The example as a server: how it starts, what its operator hears, and what is there when
//! it has stopped.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use history::protocol::ServerMessage;
use history::{Options, RoomLog, SqliteLog};
use peer::{Peer, say};
use wiretap::Tcp;
use wiretap::harness::example;

/// The server, its address, and its output.
struct Running {
    child: Child,
    address: SocketAddr,
    output: BufReader<std::process::ChildStdout>,
}

impl Running {
    /// Starts it with `rooms.db` in this folder.
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(example("ch14-history"))
            .args(["--listen", "127.0.0.1:0", "--database", "rooms.db"])
            .args(more)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it says where it is");
        let (_, rest) = line.split_once("://").expect("a URL");
        let (address, _) = rest.split_once('/').expect("a path");
        Self {
            child,
            address: address.parse().expect("an address"),
            output,
        }
    }

    /// Ctrl-C. Gives what it has said since, and to its operator.
    fn stop(mut self) -> (String, String) {
        // The shell has a `kill` of its own: not every system has one on its path.
        let kill = format!("kill -INT {}", self.child.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("a shell").success());
        let (mut said, mut wrong) = (String::new(), String::new());
        self.output.read_to_string(&mut said).expect("text");
        let mut errors = self.child.stderr.take().expect("it is piped");
        errors.read_to_string(&mut wrong).expect("text");
        assert!(self.child.wait().expect("it ends").success(), "{wrong}");
        (said, wrong)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says so many things, and waits for all the answers.
fn converse(address: SocketAddr, count: usize, words: &str) -> Vec<ServerMessage> {
    let words = words.to_owned();
    common::run("a conversation", async move {
        let mut ada = Peer::joined(&Tcp(address), "ada", None).await;
        let mut answers = Vec::new();
        for number in 0..count {
            ada.send(&say(&number.to_string(), &words)).await;
        }
        while answers.len() < count {
            let answer = ada.next().await;
            if let ServerMessage::Accepted { .. } | ServerMessage::Error(_) = answer {
                answers.push(answer);
            }
        }
        answers
    })
}

#[test]
#[cfg(unix)]
fn a_copy_of_the_stopped_servers_file_has_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Running::start(folder.path(), &[]);
    converse(server.address, 5, "some words");
    let (said, wrong) = server.stop();
    assert_eq!((&*said, &*wrong), ("all of it is in rooms.db\n", ""));

    let elsewhere = tempfile::tempdir().expect("a folder");
    let copy = elsewhere.path().join("copy.db");
    std::fs::copy(folder.path().join("rooms.db"), &copy).expect("a copy");
    let log = SqliteLog::open(&copy, &Options::default(), ()).expect("a log");
    let since = common::run("the copy", async move {
        log.after("harbour", 0, 10).await.expect("it can be read")
    });
    assert_eq!(since.last, 5);
}

#[test]
#[cfg(unix)]
fn an_operator_is_told_of_a_trouble_once() {
    let folder = tempfile::tempdir().expect("a folder");
    // So little that the tables have room, and not much else.
    let server = Running::start(folder.path(), &["--quota", "102400"]);
    let answers = converse(server.address, 10, &"x".repeat(4000));
    let refused = |answer: &&ServerMessage| matches!(answer, ServerMessage::Error(_));
    let refused = answers.iter().filter(refused).count();
    assert!(refused > 5, "{answers:?}");
    let (_, wrong) = server.stop();
    assert_eq!(wrong.lines().count(), 1, "{wrong}");
    assert!(wrong.contains("no room for rooms.db"), "{wrong}");
}

#[test]
fn whoever_cannot_listen_says_so_and_makes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = Command::new(example("ch14-history"))
        .args(["--listen", &address])
        .current_dir(folder.path())
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    let wrong = String::from_utf8_lossy(&output.stderr);
    let expected = format!("cannot listen on {address}: ");
    assert!(wrong.starts_with(&expected), "{wrong}");
    assert!(wrong.contains("--listen"), "{wrong}");
    let made = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(made, 0);
}

#[test]
fn a_second_server_on_the_same_file_is_refused_with_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = Running::start(folder.path(), &[]);
    let second = Command::new(example("ch14-history"))
        .args(["--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .output()
        .expect("it starts");
    assert!(!second.status.success());
    let wrong = String::from_utf8_lossy(&second.stderr);
    assert!(
        wrong.contains("rooms.db is used by another server"),
        "{wrong}"
    );
}
