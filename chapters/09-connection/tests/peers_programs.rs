//! Other people's programs in both roles: Python's `websockets` and npm's `ws`.

#[path = "peers/mod.rs"]
mod peers;
#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;
#[path = "peers/programs.rs"]
mod programs;

use std::io::Read as _;
use std::process::Command;

use peers::{CODES, ENDS, Ours, TOLD, try_everything};
use program::{Running, printed};
use programs::{node, python, script};

/// A stranger's client at our server.
fn is_served(mut client: Command, name: &str) {
    let ours = Ours::start();
    let output = client.arg(script(name)).arg(ours.url()).output();
    assert_eq!(printed(&output.expect("it runs")), TOLD);
    assert_eq!(ours.ends(ENDS.len()), ENDS);
}

/// Our client at a stranger's server.
fn serves(mut server: Command, name: &str) {
    let mut server = Running::start(server.arg(script(name)));
    let port: u16 = server.first_line.trim().parse().expect("a port");
    try_everything(([127, 0, 0, 1], port).into());
    let mut text = String::new();
    server.output.read_to_string(&mut text).expect("text");
    let lines = text
        .lines()
        .map(|line| line.strip_prefix("closed ").unwrap_or(line));
    for (line, code) in lines.zip(CODES) {
        assert!(line.starts_with(code), "{line:?} and not {code:?}: {text}");
    }
    assert_eq!(text.lines().count(), CODES.len(), "{text}");
}

#[test]
fn peer_pythons_websockets_is_a_client() {
    if let Some(python) = python() {
        is_served(python, "websockets_client.py");
    }
}

#[test]
fn peer_pythons_websockets_is_a_server() {
    if let Some(python) = python() {
        serves(python, "websockets_server.py");
    }
}

#[test]
fn peer_npms_ws_is_a_client() {
    if let Some(node) = node() {
        is_served(node, "ws_client.js");
    }
}

#[test]
fn peer_npms_ws_is_a_server() {
    if let Some(node) = node() {
        serves(node, "ws_server.js");
    }
}
