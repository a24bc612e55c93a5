//! The example's command line: what it prints, and what it says when something is wrong.

#[path = "common/program.rs"]
mod program;

use std::net::TcpListener;

use program::{Running, example, printed};

fn fails(arguments: &[&str]) -> String {
    let output = example().args(arguments).output().expect("it runs");
    assert!(!output.status.success(), "{arguments:?} succeeds");
    String::from_utf8(output.stderr).expect("it prints text")
}

#[test]
fn a_taken_port_is_named_with_a_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let message = fails(&["serve", "--listen", &address]);
    let expected = format!("port {} is taken", taken.local_addr().unwrap().port());
    assert!(message.contains(&expected), "{message}");
    assert!(message.contains("--listen 127.0.0.1:PORT"), "{message}");
}

#[test]
fn a_url_that_is_none_is_explained() {
    for (url, explanation) in [
        ("https://example.com/", "speaks no TLS"),
        ("ftp://example.com/", "ftp:// is not HTTP"),
        ("localhost:3000/a", "as in http://localhost:3000/a"),
        ("http://", "is no host"),
        ("http://user@x/", "is no host"),
        ("http://localhost:port/", "is no port"),
        ("http://localhost:99999/", "is no port"),
    ] {
        let message = fails(&["get", url]);
        assert!(message.contains(explanation), "{url}: {message}");
    }
}

#[test]
fn a_refused_connection_is_explained() {
    // A port that was free a moment ago, and that nobody listens on.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let message = fails(&["get", &format!("http://{address}/")]);
    assert!(
        message.contains(&format!("nobody listens on {address}")),
        "{message}"
    );
    assert!(message.contains("-- serve"), "{message}");
}

#[test]
fn get_prints_the_exchange_and_the_bytes() {
    let (_server, address) = Running::server();
    let url = format!("http://{address}?a#b");
    let text = printed(&example().args(["get", &url]).output().unwrap());
    assert!(
        text.starts_with("> GET /?a HTTP/1.1\n> Host: 127.0.0.1:"),
        "{text}"
    );
    assert!(text.contains("\n< HTTP/1.1 200 OK\n"), "{text}");
    assert!(text.contains("\n<!doctype html>\n"), "{text}");
    let text = printed(&example().args(["get", "-v", &url]).output().unwrap());
    assert!(text.contains(r"    GET /?a HTTP/1.1\r\n"), "{text}");
    assert!(text.contains(r"    <!doctype html>\n"), "{text}");
}

/// For the page: what differs from run to run is replaced.
#[test]
fn get_for_the_page() {
    let (_server, address) = Running::server();
    let url = format!("http://{address}/");
    let text = printed(&example().args(["get", &url]).output().unwrap());
    let text = text
        .replace(&address, "127.0.0.1:3000")
        .replace("\r\n", "\n");
    let date = text
        .split("Date: ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let date = date.expect("a server with a clock sends the date");
    assert_eq!(date.len(), "Sun, 06 Nov 1994 08:49:37 GMT".len(), "{date}");
    // Another port has another number of digits, and is shown in the page.
    let length = text
        .split("Content-Length: ")
        .nth(1)
        .and_then(|t| t.lines().next());
    let length = length.expect("a length").to_owned();
    let body = text.split("< \n").nth(1).expect("a body");
    let text = text.replace(date, "Sun, 06 Nov 1994 08:49:37 GMT");
    let text = text.replace(
        &format!("Content-Length: {length}"),
        &format!("Content-Length: {}", body.len()),
    );
    insta::with_settings!(
        {
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description =>
                "cargo run --example ch01-raw-http -- get http://127.0.0.1:3000/",
        },
        { insta::assert_snapshot!("get", text) }
    );
}

#[test]
fn a_chunked_answer_is_named_with_a_remedy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 16]).unwrap();
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head).unwrap();
        // Until the client hangs up.
        stream.read_to_end(&mut Vec::new()).map(drop)
    });
    let message = fails(&["get", &url]);
    assert!(message.contains("chapter 4"), "{message}");
    assert!(message.contains("--http1.0"), "{message}");
    // Whether the client's end arrives as FIN or as RST is not ours to say.
    let _ = server.join().unwrap();
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_server_cleanly() {
    use std::io::Read;
    let (mut server, address) = Running::server();
    let url = format!("http://{address}/");
    printed(&example().args(["get", &url]).output().unwrap());
    // The shell has a `kill` of its own: not every system has one on its path.
    let kill = format!("kill -INT {}", server.process.id());
    let killed = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(killed.expect("a shell").success());
    assert!(server.process.wait().unwrap().success());
    let mut rest = String::new();
    server.output.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("every connection is closed\n"), "{rest}");
}

#[cfg(target_os = "linux")]
#[test]
fn every_connection_costs_a_descriptor() {
    let output = example().args(["cost", "--connections", "20"]).output();
    let text = printed(&output.unwrap());
    let line = text
        .lines()
        .find(|line| line.starts_with("file descriptors"));
    assert!(
        line.is_some_and(|line| line.trim_end().ends_with(" 1.00")),
        "{text}"
    );
}
