//! The example, run as a reader runs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;

use wiretap::{Entry, Part, harness};

/// A proxy in front of `to`. Ends with the test.
struct Proxy {
    child: Child,
    address: SocketAddr,
    stderr: BufReader<ChildStderr>,
}

impl Proxy {
    fn start(to: SocketAddr, more: &[&str]) -> Self {
        let to = to.to_string();
        let mut child = Command::new(harness::example("ch00-wiretap"))
            .args(["--listen", "127.0.0.1:0", "--to", &to])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line
            .split([' ', ','])
            .nth(2)
            .and_then(|word| word.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}"));
        Self {
            child,
            address,
            stderr,
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A server that gives one answer to one connection.
fn one_answer() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = vec![0; REQUEST.len()];
        stream.read_exact(&mut request).unwrap();
        assert_eq!(request, REQUEST);
        stream.write_all(ANSWER).unwrap();
    });
    address
}

fn ask(address: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(REQUEST).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

#[test]
fn the_proxy_passes_everything_on_and_shows_it_as_json() {
    let mut proxy = Proxy::start(one_answer(), &["--json"]);
    assert_eq!(ask(proxy.address), ANSWER);
    let stdout = BufReader::new(proxy.child.stdout.take().expect("it is piped"));
    let shown: Vec<Entry> = stdout
        .lines()
        .take(4)
        .map(|line| serde_json::from_str(&line.unwrap()).expect("an entry a line"))
        .collect();
    let parts: Vec<Part> = shown.iter().map(|entry| entry.part).collect();
    assert_eq!(
        parts,
        [
            Part::Open,
            Part::RequestHead,
            Part::ResponseHead,
            Part::Body
        ]
    );
    assert_eq!(shown[3].content.lines, ["hello"]);
}

#[test]
fn the_proxy_shows_text_without_colour_when_it_is_piped() {
    let mut proxy = Proxy::start(one_answer(), &[]);
    assert_eq!(ask(proxy.address), ANSWER);
    let stdout = BufReader::new(proxy.child.stdout.take().expect("it is piped"));
    let shown: Vec<String> = stdout.lines().take(9).map(Result::unwrap).collect();
    let text = shown.join("\n");
    assert!(
        text.contains("\n    GET / HTTP/1.1\\r\\n\n    Host: a\\r\\n\n"),
        "{text}"
    );
    assert!(!text.contains('\x1b'), "{text}");
}

#[test]
fn what_the_page_shows_of_it() {
    let mut proxy = Proxy::start(one_answer(), &[]);
    assert_eq!(ask(proxy.address), ANSWER);
    let stdout = BufReader::new(proxy.child.stdout.take().expect("it is piped"));
    let shown = stdout
        .lines()
        .take(11)
        .map(|line| without_time(&line.unwrap()));
    let shown: Vec<String> = shown.collect();
    insta::with_settings!(
        {
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description => "cargo run --example ch00-wiretap -- --listen 127.0.0.1:4000 --to 127.0.0.1:3000",
        },
        { insta::assert_snapshot!("proxy", shown.join("\n")) }
    );
}

/// The real clock gives other times on every run: `…` stands for them.
fn without_time(line: &str) -> String {
    match line.split_once(" ms ") {
        Some((time, rest)) if time.trim().parse::<f64>().is_ok() => {
            format!("… ms {rest}")
        }
        _ => line.to_owned(),
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut proxy = Proxy::start(nobody, &[]);
    let _client = TcpStream::connect(proxy.address).unwrap();
    let stdout = BufReader::new(proxy.child.stdout.take().expect("it is piped"));
    let named = format!("cannot reach {nobody}");
    assert!(stdout.lines().any(|line| line.unwrap().contains(&named)));
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(harness::example("ch00-wiretap"))
        .args(["--listen", &address, "--to", "127.0.0.1:1"])
        .output()
        .expect("the example starts");
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains(&format!("cannot listen on {address}")),
        "{message}"
    );
    assert!(message.contains("--listen"), "{message}");
}

/// Ctrl-C is a signal, which the standard library cannot send.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly_with_a_summary() {
    let mut proxy = Proxy::start(one_answer(), &[]);
    assert_eq!(ask(proxy.address), ANSWER);
    let mut stdout = BufReader::new(proxy.child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains("hello") {
        line.clear();
        assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the body is shown");
    }
    // The shell has a `kill` of its own: not every system has one on its path.
    let kill = format!("kill -INT {}", proxy.child.id());
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.expect("a shell").success());
    let mut summary = String::new();
    proxy.stderr.read_to_string(&mut summary).unwrap();
    assert!(proxy.child.wait().unwrap().success());
    assert!(
        summary.contains("connections 1, requests 1, responses 1"),
        "{summary}"
    );
    assert!(summary.contains("everything else 5 bytes"), "{summary}");
}
