//! The example's server and clients that we did not write: line by line while the stream
//! is open, or all at once when they want it whole.

#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use program::{Running, installed};
use wiretap::harness;

/// The example's server on a free port, and its address: `127.0.0.1:PORT`.
fn server(more: &[&str]) -> (Running, String) {
    let mut example = Command::new(harness::example("ch04-http-streaming"));
    let server = Running::start(
        example
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more),
    );
    let rest = server.first_line.strip_prefix("A board on http://");
    let address = rest.and_then(|rest| rest.split(',').next());
    let address = address.expect("it says where it listens").to_owned();
    (server, address)
}

fn publish(address: &str, text: &str) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let length = text.len();
    let request = format!(
        "POST /events HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{text}"
    );
    stream.write_all(request.as_bytes()).expect("it is open");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}

/// The line of an event.
fn event(seq: u64) -> String {
    format!("{{\"seq\":{seq},\"text\":\"hello\"}}")
}

/// Publishes an event, and the next one only after the client has shown it: nothing but
/// an open stream can bring it.
fn shows_line_by_line(
    mut client: Running,
    address: &str,
    seqs: std::ops::RangeInclusive<u64>,
) {
    for seq in seqs {
        publish(address, "hello");
        let mut line = String::new();
        client.output.read_line(&mut line).expect("it goes on");
        assert_eq!(line.trim_end(), event(seq));
    }
    assert!(
        client
            .process
            .try_wait()
            .expect("it can be asked")
            .is_none(),
        "it runs"
    );
}

fn curl() -> Option<Command> {
    let mut curl = installed(&["curl"], "apt install curl, or your system's like")?;
    curl.args(["--silent", "--show-error", "--max-time", "60"]);
    Some(curl)
}

#[test]
fn curl_without_a_buffer_shows_each_line_at_once() {
    for more in [&[][..], &["--hyper"]] {
        let Some(mut curl) = curl() else { return };
        let (_server, address) = server(more);
        let url = format!("http://{address}/stream?after=0");
        publish(&address, "hello");
        let client = Running::start(curl.args(["--no-buffer", &url]));
        assert_eq!(client.first_line.trim_end(), event(1));
        shows_line_by_line(client, &address, 2..=4);
    }
}

/// Without `-N`, curl's output goes through a buffer of the C library when it is no
/// terminal: the client has the line, and does not give it.
#[test]
fn curl_with_its_buffer_keeps_what_it_has() {
    let Some(mut curl) = curl() else { return };
    let (server, address) = server(&[]);
    let url = format!("http://{address}/stream?after=0");
    let mut client = curl
        .args(["--trace-ascii", "/dev/stderr", &url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("curl runs");
    let stderr = client.stderr.take().expect("it is piped");
    let mut trace = BufReader::new(stderr).lines().map_while(Result::ok);
    // curl has written the first event to its output before it reads the second.
    for seq in 1..=2 {
        publish(&address, "hello");
        let has_it = format!("{{\"seq\":{seq},");
        assert!(
            trace.any(|line| line.contains(&has_it)),
            "curl receives event {seq}"
        );
    }
    let mut stdout = client.stdout.take().expect("it is piped");
    let (give, shown) = std::sync::mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut first = [0];
        let read = stdout.read(&mut first);
        let _ = give.send(read.map(|_| ()));
        let mut rest = String::new();
        let _ = stdout.read_to_string(&mut rest);
    });
    assert!(shown.try_recv().is_err(), "curl keeps it");
    // It is shown when the stream is over.
    drop(server);
    while trace.next().is_some() {}
    shown.recv().expect("no panic").expect("it is shown now");
    let _ = client.wait();
}

/// The proxy of the example cuts a stream on which nothing happens, and curl notices that
/// the last chunk has not come.
#[test]
fn curl_knows_that_a_stream_was_cut_off() {
    let Some(mut curl) = curl() else { return };
    let (_server, to) = server(&[]);
    let mut proxy = Command::new(harness::example("ch04-http-streaming"));
    proxy.args(["proxy", "--listen", "127.0.0.1:0", "--to", &to]);
    let proxy = Running::start(proxy.args(["--cut-when-idle", "200ms"]));
    let rest = proxy.first_line.strip_prefix("a proxy on http://");
    let address = rest.and_then(|rest| rest.split(' ').next());
    let address = address.expect("it says where it listens");
    let url = format!("http://{address}/stream?after=0");
    let output = curl.args(["--no-buffer", "--raw", &url]).output();
    let output = output.expect("curl runs");
    assert_eq!(output.status.code(), Some(18), "a partial file");
    insta::with_settings!({
        description => "curl -N --raw 'http://127.0.0.1:4000/stream?after=0'",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        let said = String::from_utf8_lossy(&output.stderr);
        insta::assert_snapshot!("curl_is_cut_off", said.trim_end());
    });
}

fn python() -> Option<Command> {
    installed(&["python3", "python"], "https://www.python.org/downloads")
}

#[test]
fn pythons_http_client_reads_line_by_line() {
    let script = "
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], timeout=60)
connection.request('GET', '/stream?after=0')
answer = connection.getresponse()
print(answer.status, answer.getheader('Content-Type'), flush=True)
for line in answer:
    print(line.decode(), end='', flush=True)
";
    for more in [&[][..], &["--hyper"]] {
        let Some(mut python) = python() else { return };
        let (_server, address) = server(more);
        let client = Running::start(python.args(["-c", script, &address]));
        assert_eq!(client.first_line.trim_end(), "200 application/x-ndjson");
        shows_line_by_line(client, &address, 1..=3);
    }
}

/// `read()` means all of it: the call comes back when the server has ended the stream.
/// Ctrl-C, which ends it properly, is a signal: `kill` sends it.
#[cfg(unix)]
#[test]
fn pythons_read_waits_for_the_end() {
    let script = "
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], timeout=60)
connection.request('GET', '/stream?after=0')
answer = connection.getresponse()
print(answer.status, flush=True)
print(answer.read().count(b'seq'), flush=True)
";
    let Some(mut python) = python() else { return };
    let (server, address) = server(&[]);
    let mut client = Running::start(python.args(["-c", script, &address]));
    assert_eq!(client.first_line.trim_end(), "200");
    for _ in 0..3 {
        publish(&address, "hello");
    }
    assert!(
        client
            .process
            .try_wait()
            .expect("it can be asked")
            .is_none()
    );
    let pid = server.process.id().to_string();
    let signal = Command::new("kill").args(["-INT", &pid]).status();
    assert!(signal.expect("kill runs").success());
    let mut count = String::new();
    let read = client.output.read_line(&mut count);
    read.expect("it comes to an end");
    assert_eq!(count.trim_end(), "3", "all at once");
}
