//! The example as a process: what it says, how it stops, and what is there then.
#![cfg_attr(not(unix), allow(unused_imports, reason = "signals are of Unix"))]

#[path = "common/process.rs"]
mod process;

use std::fs;
use std::process::Command;

use process::{Place, get, output};
use serde_json::Value;
use wiretap::harness::example;

/// What stands in the page: what a command prints, in an empty folder with this file.
fn printed(name: &str, arguments: &[&str], file: Option<&str>) {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(text) = file {
        fs::write(folder.path().join("chat.toml"), text).expect("a file");
    }
    let mut command = Command::new(example("ch16-operations"));
    let output = output(command.args(arguments).current_dir(folder.path()));
    let line = format!(
        "cargo run --example ch16-operations -- {}",
        arguments.join(" ")
    );
    // Of the operating system's own: the name of the program's file.
    let text = output
        .text
        .replace("ch16-operations.exe", "ch16-operations");
    insta::with_settings!({ description => line, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn help_explains_every_setting() {
    printed("help", &["--help"], None);
}

/// The page tells operators what to type, and has a file for them.
const PAGE: &str = include_str!("../../../book/text/16-operations.md");

fn file_of_the_page() -> &'static str {
    let (_, rest) = PAGE.split_once("<<'END'\n").expect("the file begins");
    rest.split_once("END\n").expect("the file ends").0
}

/// Every command of the runbook is one that the program knows.
#[test]
fn the_runbook_says_nothing_that_the_program_does_not_know() {
    let place = Place::new();
    fs::write(place.path().join("chat.toml"), file_of_the_page()).expect("a file");
    let lines = PAGE.lines().filter_map(|line| line.strip_prefix("chat "));
    let mut commands = 0;
    for line in lines {
        // It is read, and nothing is done.
        let words = line.split(' ').chain(["--help"]);
        let output = output(Command::new(example("ch16-operations")).args(words));
        assert!(output.success, "{line}:\n{}", output.text);
        commands += 1;
    }
    assert!(
        commands >= 6,
        "check, start, back up, restore, rotate, retire"
    );
}

#[test]
fn check_config_says_what_holds_and_who_has_said_it() {
    let arguments = [
        "check-config",
        "--config",
        "chat.toml",
        "--log-level",
        "debug",
    ];
    printed("check_config", &arguments, Some(file_of_the_page()));
}

#[test]
fn check_config_says_all_that_is_wrong() {
    let file = file_of_the_page()
        .replace("over =", "ovr =")
        .replace("\"json\"", "\"xml\"");
    let file = file.replace("https://chat.example\"]", "chat.example\"]");
    printed(
        "mistakes",
        &["check-config", "--config", "chat.toml"],
        Some(&file),
    );
}

#[test]
fn a_mistake_makes_no_file_and_no_server() {
    let place = Place::new();
    let mut command = place.command(&["--set", "drain.over=soon"]);
    let output = output(&mut command);
    assert!(!output.success);
    assert!(output.text.contains("as in 250ms, 10s"), "{}", output.text);
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 0);
}

#[test]
fn an_address_that_is_taken_is_named_before_anything_is_made() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = output(&mut place.command(&["--listen", &address]));
    let expected = format!("`listen`: cannot listen on {address}: ");
    assert!(
        !output.success && output.text.contains(&expected),
        "{}",
        output.text
    );
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 0);
}

#[test]
#[cfg(unix)]
fn sigterm_ends_it_and_leaves_whole_files() {
    for signal in ["TERM", "INT"] {
        let place = Place::new();
        let server = place.start(&["--log-format", "json"]);
        assert!(get(server.admin, "/readyz").starts_with("HTTP/1.1 200"));
        assert!(get(server.admin, "/healthz").starts_with("HTTP/1.1 200"));
        assert!(get(server.admin, "/metrics").ends_with("# EOF\n"));
        server.signal(signal);
        let ended = server.wait();
        assert!(ended.success, "{}", ended.log);
        assert_eq!(ended.said, "everybody has gone, and all of it is kept\n");
        let lines: Vec<Value> = ended
            .log
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect();
        let messages: Vec<_> = lines.iter().map(|line| &line["message"]).collect();
        assert_eq!(messages, ["serving", "draining", "drained", "ended"]);
        assert_eq!(lines[1]["signal"], format!("SIG{signal}"));
        for name in ["rooms.db-wal", "accounts.db-wal"] {
            assert!(!place.data().join(name).exists(), "{name}");
        }
    }
}

#[test]
#[cfg(unix)]
fn the_admin_address_has_no_chat_and_the_other_no_figures() {
    let place = Place::new();
    let server = place.start(&[]);
    assert!(get(server.admin, "/chat").starts_with("HTTP/1.1 404"));
    for path in ["/metrics", "/readyz", "/healthz"] {
        let answer = get(server.address, path);
        assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
}

#[test]
fn accounts_without_their_keys_are_no_start() {
    let place = Place::new();
    fs::create_dir(place.data()).expect("a folder");
    fs::write(place.data().join("accounts.db"), "").expect("a file");
    let output = output(&mut place.command(&[]));
    assert!(!output.success);
    assert!(
        output.text.contains("nobody could sign in"),
        "{}",
        output.text
    );
    assert!(
        !place.data().join("keys.toml").exists(),
        "no other key is made"
    );
}

#[test]
fn a_restoration_that_was_not_finished_is_no_start() {
    let place = Place::new();
    fs::create_dir_all(place.data().join("restoring")).expect("a folder");
    let output = output(&mut place.command(&[]));
    assert!(!output.success);
    assert!(output.text.contains("was not finished"), "{}", output.text);
}
