//! The example as its reader runs it: a server, a client, and `curl`.

#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;

use std::io::BufRead as _;
use std::process::Command;

use program::{Running, installed, printed};

fn example() -> Command {
    Command::new(wiretap::harness::example("ch06-handshake"))
}

/// A server on a free port, and its address.
fn server() -> (Running, String) {
    let mut command = example();
    command.args(["serve", "--listen", "127.0.0.1:0", "--subprotocol", "chat"]);
    let server = Running::start(&mut command);
    let rest = server.first_line.strip_prefix("Handshakes at ws://");
    let rest = rest.expect("it says where it listens");
    let (address, _) = rest.split_once('/').expect("a path");
    let address = address.to_owned();
    (server, address)
}

#[test]
fn the_client_meets_the_server() {
    let (_server, address) = server();
    let url = format!("ws://{address}/chat");
    let output = example()
        .args(["connect", &url, "--subprotocol", "chat"])
        .output();
    let text = printed(&output.expect("it runs"));
    assert!(text.contains("GET /chat HTTP/1.1\n"), "{text}");
    assert!(
        text.contains("HTTP/1.1 101 Switching Protocols\n"),
        "{text}"
    );
    assert!(text.contains("Sec-WebSocket-Protocol: chat\n"), "{text}");
    assert!(
        text.contains("no HTTP any more: 81 05 48 65 6c 6c 6f\n"),
        "{text}"
    );
}

#[test]
fn the_client_says_why_it_was_refused() {
    let (_server, address) = server();
    let url = format!("ws://{address}/chat");
    let output = example()
        .args(["connect", &url, "--origin", "https://evil.example"])
        .output();
    let output = output.expect("it runs");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("HTTP/1.1 403 Forbidden\n"), "{text}");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("403 Forbidden instead of 101"), "{text}");
}

#[test]
fn curl_makes_a_handshake_by_hand() {
    let remedy = "apt install curl, or your system's like";
    let Some(mut curl) = installed(&["curl"], remedy) else {
        return;
    };
    let (_server, address) = server();
    let refused = curl
        .args(["--silent", "--include"])
        .arg(format!("http://{address}/chat"))
        .output();
    let text = printed(&refused.expect("it runs"));
    assert!(
        text.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{text}"
    );
    assert!(
        text.ends_with("no `websocket` in Upgrade (RFC 6455 §4.2.1)\n"),
        "{text}"
    );
    let mut curl = Command::new(curl.get_program());
    curl.args(["--silent", "--include", "--no-buffer"])
        .args(["-H", "Connection: Upgrade", "-H", "Upgrade: websocket"])
        .args(["-H", "Sec-WebSocket-Version: 13"])
        .args(["-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="])
        .arg(format!("http://{address}/chat"));
    // After the 101 it waits for an answer that never ends: it is ended here.
    let mut curl = Running::start(&mut curl);
    assert_eq!(curl.first_line, "HTTP/1.1 101 Switching Protocols\r\n");
    let mut rest = Vec::new();
    while !rest.ends_with(b"\r\n\r\n\x81\x05Hello") {
        let read = curl.output.read_until(b'o', &mut rest).expect("it goes on");
        assert!(read > 0, "{}", rest.escape_ascii());
    }
}
