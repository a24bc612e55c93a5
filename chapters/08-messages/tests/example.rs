//! The example as a program.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use wiretap::harness::example;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it prints text")
}

fn program(arguments: &[&str]) -> Output {
    let mut program = Command::new(example("ch08-messages"));
    program.args(arguments).output().expect("it runs")
}

/// Records what the program prints, with the command as a reader types it.
fn assert_printed(name: &str, command: &str, arguments: &[&str]) {
    let output = program(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    insta::with_settings!({
        description => command,
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!(name, text(&output.stdout).replace("\r\n", "\n"));
    });
}

#[test]
fn the_crab_of_the_page() {
    let frames = [r"text+:crab: \xf0\x9f", "ping:there?", r"more:\xa6\x80"];
    let quoted = frames.map(|frame| format!("'{frame}'")).join(" ");
    let command = format!("cargo run --example ch08-messages -- {quoted}");
    assert_printed("crab", &command, &frames);
}

#[test]
fn the_stories_of_the_page() {
    assert_printed("stories", "cargo run --example ch08-messages", &[]);
}

#[test]
fn what_is_sent_to_a_server_is_masked() {
    let output = program(&["--server", "text:Hello"]);
    let printed = text(&output.stdout);
    assert!(printed.contains("81 85 37 fa 21 3d "), "{printed}");
    assert!(printed.contains("7f 9f 4d 51 58 "), "{printed}");
    assert!(printed.ends_with("-> text \"Hello\"\n"), "{printed}");
}

#[test]
fn nothing_is_read_after_a_refusal() {
    let output = program(&["--max-message", "4", "text:Hello", "ping"]);
    let printed = text(&output.stdout);
    assert!(
        printed.contains("a message of more than 4 bytes"),
        "{printed}"
    );
    assert!(
        printed.ends_with("ping\n    nobody reads it any more\n"),
        "{printed}"
    );
}

#[test]
fn lines_are_read_and_a_refusal_begins_a_new_connection() {
    let mut child = Command::new(example("ch08-messages"))
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let typed = "text+:Hel\nmore:lo\nmore:lo\nnonsense\ntext:again\n";
    let stdin = child.stdin.as_mut().expect("it is piped");
    stdin.write_all(typed.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends with its input");
    let printed = text(&output.stdout);
    let said: Vec<&str> = [
        "-> text \"Hello\"",
        "with the close code 1002",
        "a new connection",
    ]
    .into_iter()
    .filter(|said| printed.contains(said))
    .collect();
    assert_eq!(said.len(), 3, "{printed}");
    assert!(printed.ends_with("-> text \"again\"\n"), "{printed}");
    assert!(text(&output.stderr).starts_with("\"nonsense\" is no frame"));
}

#[test]
fn a_frame_that_is_none_is_explained() {
    let output = program(&["text:Hello", "txt:Hello"]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).starts_with("\"txt\" is no frame"));
}
