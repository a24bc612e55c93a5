//! The load program at a server: it finds that nothing is lost, and what is.
#![cfg(unix)]

#[path = "common/process.rs"]
mod process;

use std::process::Command;

use process::{Place, output};
use regex::{Captures, Regex};
use wiretap::harness::example;

const FEW: [&str; 9] = [
    "--connections=6",
    "--accounts=2",
    "--rooms=2",
    "--seconds=1",
    "--every=100",
    "--wait=2",
    "--quiet",
    "--size=30",
    "http://",
];

#[test]
fn everything_that_is_accepted_is_delivered_once() {
    let place = Place::new();
    let server = place.start(&[]);
    let url = format!("http://{}/", server.address);
    let mut command = Command::new(example("ch16-load"));
    let done = output(command.args(&FEW[..8]).arg(&url));
    assert!(done.success, "{}", done.text);
    // How long it took, and how often, is of this machine and this hour.
    let number = Regex::new(r"[1-9]\d*(\.\d+)?( %)?|0\.\d+").expect("an expression");
    let form = number.replace_all(&done.text, |found: &Captures<'_>| {
        let number = &found[0];
        if number.ends_with('%') {
            number.to_owned()
        } else {
            "…".to_owned()
        }
    });
    let line = "cargo run --release --example ch16-load -- http://127.0.0.1:3016/";
    insta::with_settings!({ description => line, omit_expression => true }, {
        insta::assert_snapshot!("load", form);
    });
    let accepted = Regex::new(r"accepted +(\d+),").expect("an expression");
    let delivered = Regex::new(r"delivered +(\d+) of (\d+),").expect("an expression");
    let number = |of: &Regex, group: usize| -> u64 {
        let found = of.captures(&done.text).expect("a line");
        found[group].parse().expect("a number")
    };
    assert!(number(&accepted, 1) > 0, "{}", done.text);
    // Three are in each room.
    assert_eq!(number(&delivered, 1), number(&accepted, 1) * 3);
    assert_eq!(number(&delivered, 1), number(&delivered, 2));
}

#[test]
fn a_server_that_stops_under_the_load_is_reported() {
    let place = Place::new();
    let server = place.start(&["--drain-over", "0s"]);
    let url = format!("http://{}/", server.address);
    let mut command = Command::new(example("ch16-load"));
    let arguments = [&FEW[..3], &["--seconds=3", "--quiet"]].concat();
    command.args(arguments).arg(&url);
    let loading = std::thread::spawn(move || output(&mut command));
    while !process::get(server.admin, "/metrics")
        .contains("chat_append_seconds_count 1")
    {
        std::thread::yield_now();
    }
    server.signal("TERM");
    assert!(server.wait().success);
    let done = loading.join().expect("no panic");
    assert!(
        done.text.contains("cut off      6 with 1012"),
        "{}",
        done.text
    );
}

#[test]
fn a_url_that_is_none_is_told_what_one_is() {
    for url in ["127.0.0.1:3016", "https://chat.example/", FEW[8]] {
        let mut command = Command::new(example("ch16-load"));
        let done = output(command.args(["--quiet", url]));
        assert!(
            !done.success && done.text.contains("http://HOST:PORT/"),
            "{}",
            done.text
        );
    }
}
