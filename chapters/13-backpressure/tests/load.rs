//! The load program does its work: its figures are another matter.
#![cfg(target_os = "linux")]

use std::process::Command;

use wiretap::harness;

/// What it prints with these arguments.
fn measured(arguments: &[&str]) -> String {
    let mut command = Command::new(harness::example("ch13-load"));
    let output = command.args(arguments).output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_reader_of_both_servers_hears_every_post() {
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
    for server in ["axum 0.8.9", "chapter 13, close", "chapter 13, drop"] {
        let rows = text.lines().filter(|line| line.contains(server)).count();
        assert_eq!(rows, 1 + 2, "{server}:\n{text}");
    }
}

#[test]
fn a_reader_that_stalls_is_told_what_it_has_missed() {
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
    ]);
    // The program fails if the one that stalls finds no notice.
    for readers in ["all read", "1 do not"] {
        let row = format!("chapter 13, drop the oldest  {readers}");
        assert!(text.contains(&row), "{text}");
    }
}

#[test]
fn idle_connections_are_counted() {
    let text = measured(&["idle", "--connections", "20"]);
    assert!(text.ends_with("KiB for each connection\n"), "{text}");
}
