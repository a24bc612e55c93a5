//! Chapter 13's load does its work with this chapter's servers: its figures are another
//! matter.
#![cfg(target_os = "linux")]

use std::process::Command;

use wiretap::harness;

const SERVERS: [&str; 3] = [
    "chapter 13, drop the oldest",
    "chapter 14, in memory",
    "chapter 14, SQLite",
];

/// What it prints with these arguments.
fn measured(arguments: &[&str]) -> String {
    let mut command = Command::new(harness::example("ch14-load"));
    let output = command.args(arguments).output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_reader_of_each_server_hears_every_post() {
    let text = measured(&[
        "fan-out",
        "--readers",
        "3",
        "--rounds",
        "1",
        "--milliseconds",
        "10",
    ]);
    // Each server with one and with sixteen in flight.
    for server in SERVERS {
        let rows = text.lines().filter(|line| line.contains(server)).count();
        assert_eq!(rows, 1 + 2, "{server}:\n{text}");
    }
}

#[test]
fn a_reader_that_stalls_misses_nothing_here() {
    let text = measured(&[
        "stalled",
        "--readers",
        "3",
        "--stalled",
        "1",
        "--rounds",
        "1",
        "--posts",
        "3",
        "--servers",
        "thirteen,memory",
    ]);
    // The program fails if one that stalls does not find all of it in the end, or at chapter
    // 13's server a notice.
    for server in &SERVERS[..2] {
        for readers in ["all read", "1 do not"] {
            assert!(text.contains(&format!("{server}  {readers}")), "{text}");
        }
    }
}

#[test]
fn idle_connections_are_counted() {
    let text = measured(&["idle", "--connections", "20"]);
    for server in SERVERS {
        assert!(text.contains(&format!("{server}: ")), "{text}");
    }
}
