//! The example's server and clients that we did not write; the example's client and a
//! server that we did not write.

#[path = "common/program.rs"]
mod program;

use std::process::Command;

use program::{Running, example, installed, printed};

fn curl() -> Option<Command> {
    let mut curl = installed(&["curl"], "apt install curl, or your system's like")?;
    curl.args(["--silent", "--show-error", "--max-time", "10"]);
    Some(curl)
}

fn python() -> Option<Command> {
    installed(&["python3", "python"], "https://www.python.org/downloads")
}

#[test]
fn curl_gets_the_page() {
    let Some(mut curl) = curl() else { return };
    let (_server, address) = Running::server();
    let url = format!("http://{address}/");
    let output = curl.args(["--include", &url]).output().expect("curl runs");
    let text = printed(&output);
    assert!(text.starts_with("HTTP/1.1 200 OK\r\nDate: "), "{text}");
    assert!(text.contains("<h1>You asked</h1>"), "{text}");
    assert!(text.contains("User-Agent: curl/"), "{text}");
}

#[test]
fn curl_uses_one_connection_for_two_requests() {
    let Some(mut curl) = curl() else { return };
    let (_server, address) = Running::server();
    let url = format!("http://{address}/");
    let output = curl
        .args(["--output", "-", "--output", "-"])
        .args(["--write-out", "connects: %{num_connects}\n", &url, &url])
        .output()
        .expect("curl runs");
    let text = printed(&output);
    assert_eq!(text.matches("connects: 1\n").count(), 1, "{text}");
    assert_eq!(text.matches("connects: 0\n").count(), 1, "{text}");
}

#[test]
fn curl_waits_for_100_before_it_sends_a_body() {
    let Some(mut curl) = curl() else { return };
    let (_server, address) = Running::server();
    let output = curl
        .args(["--include", "--header", "Expect: 100-continue"])
        // Longer than the test may take: the answer does not come from giving up.
        .args(["--expect100-timeout", "60", "--data", "hello"])
        .arg(format!("http://{address}/echo"))
        .output()
        .expect("curl runs");
    let text = printed(&output);
    assert!(text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
    assert!(text.ends_with("\r\n\r\nhello"), "{text}");
}

#[test]
fn curl_speaks_1_0_and_asks_for_heads() {
    let Some(mut curl) = curl() else { return };
    let (_server, address) = Running::server();
    let output = curl
        .args(["--http1.0", "--head"])
        .arg(format!("http://{address}/"))
        .output()
        .expect("curl runs");
    let text = printed(&output);
    assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\n"), "{text}");
}

#[test]
fn pythons_http_client_asks_twice_on_one_connection() {
    let Some(mut python) = python() else { return };
    let (_server, address) = Running::server();
    let script = "
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], timeout=10)
connection.request('POST', '/echo', body='hello')
answer = connection.getresponse()
print(answer.status, answer.version, answer.read().decode())
socket = connection.sock
connection.request('GET', '/nowhere')
answer = connection.getresponse()
print(answer.status, answer.read().decode().strip(), connection.sock is socket)
";
    let output = python.args(["-c", script, &address]).output();
    let text = printed(&output.expect("python runs"));
    let expected = "200 11 hello\n404 there is / and there is /echo True\n";
    assert_eq!(text.replace("\r\n", "\n"), expected);
}

#[test]
fn chromium_shows_the_page() {
    let remedy = "apt install chromium, or your system's like";
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let Some(mut chromium) = installed(&names, remedy) else {
        return;
    };
    let (_server, address) = Running::server();
    let profile = std::env::temp_dir().join(format!("ch01-{}", std::process::id()));
    let output = chromium
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
        ])
        .args(["--disable-sync", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("http://{address}/?q=a&b"))
        .output();
    let removed = std::fs::remove_dir_all(&profile);
    let text = printed(&output.expect("the browser runs"));
    assert!(text.contains("<h1>You asked</h1>"), "{text}");
    assert!(text.contains("GET /?q=a&amp;b HTTP/1.1"), "{text}");
    assert!(text.contains("Chrome/"), "{text}");
    removed.expect("the browser's profile is there, and is removed");
}

#[test]
fn the_examples_client_fetches_from_a_server_we_did_not_write() {
    let Some(mut python) = python() else { return };
    let script = "
import http.server
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.end_headers()
        self.wfile.write(b'hello from python')
server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
";
    let server = Running::start(python.args(["-c", script]));
    let url = format!("http://127.0.0.1:{}/", server.first_line.trim());
    let output = example().args(["get", &url]).output();
    let text = printed(&output.expect("the example runs"));
    // It speaks HTTP/1.0 and declares no length: the body ends with the connection.
    assert!(text.contains("< HTTP/1.0 200 OK\n"), "{text}");
    assert!(text.ends_with("\nhello from python"), "{text}");
}
