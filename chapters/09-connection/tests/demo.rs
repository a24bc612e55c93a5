//! The example, as the page shows it: a server in one terminal, a client in the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use wiretap::harness;

/// A process that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> Running {
    let mut command = Command::new(harness::example("ch09-connection"));
    command.args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    Running(command.spawn().expect("the example starts"))
}

/// An echo server, and its URL.
fn server() -> (Running, String) {
    let mut server = start(&["serve"]);
    let stdout = server.0.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("its address");
    let url = line.trim().rsplit(' ').next().expect("a URL").to_owned();
    (server, url)
}

/// What the client prints when this is typed.
fn typed(url: &str, lines: &str) -> String {
    let mut client = start(&["connect", url]);
    let mut stdin = client.0.stdin.take().expect("it is piped");
    stdin.write_all(lines.as_bytes()).expect("it reads");
    drop(stdin);
    let mut printed = String::new();
    let mut stdout = client.0.stdout.take().expect("it is piped");
    stdout.read_to_string(&mut printed).expect("text");
    printed.replace(url, "ws://127.0.0.1:3000")
}

#[test]
fn a_conversation_in_the_terminal() {
    let (_server, url) = server();
    let lines = "Hello\n/ping there?\nünï 🦀\n/close 1000 that is all\n";
    let printed = typed(&url, lines);
    let command = "printf 'Hello\\n/ping there?\\nünï 🦀\\n/close 1000 that is all\\n' | \
                   cargo run --example ch09-connection -- connect ws://127.0.0.1:3000";
    insta::with_settings!({ description => command, omit_expression => true }, {
        insta::assert_snapshot!("demo", printed);
    });
}

#[test]
fn the_end_of_the_input_closes() {
    let (_server, url) = server();
    let printed = typed(&url, "/close 1005\n");
    let expected = "connected to ws://127.0.0.1:3000/\n\
        a code is 1000 to 1003, 1007 to 1014, or 3000 to 4999\n\
        closed: 1000\n";
    assert_eq!(printed, expected);
}
