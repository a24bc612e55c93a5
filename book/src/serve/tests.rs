//! The routes, asked without a socket.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use super::*;

/// A server on port 4100 that serves one page.
fn server() -> Router {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "the page").expect("written");
    let live = Live::new();
    live.succeeded(files::Site::read(folder.path()).expect("readable"));
    routes(Arc::new(live), &Labs::default(), 4100)
}

async fn status(method: &str, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    server()
        .oneshot(request)
        .await
        .expect("infallible")
        .status()
}

#[tokio::test]
async fn loopbacks_names_are_answered_and_no_other() {
    for ours in [
        "localhost:4100",
        "127.0.0.1:4100",
        "[::1]:4100",
        "LOCALHOST:4100",
    ] {
        let got = status("GET", "/", &[("host", ours)]).await;
        assert_eq!(got, StatusCode::OK, "{ours}");
    }
    for other in [
        "evil.example:4100",
        "localhost",
        "localhost:80",
        "localhost:41000",
        "localhost.evil.example:4100",
        "evil-localhost:4100",
        "127.0.0.1.evil.example:4100",
        "localhost:4100@evil.example",
    ] {
        let got = status("GET", "/", &[("host", other)]).await;
        assert_eq!(got, StatusCode::FORBIDDEN, "{other}");
    }
    assert_eq!(status("GET", "/", &[]).await, StatusCode::FORBIDDEN);
    let twice = [("host", "localhost:4100"), ("host", "localhost:4100")];
    assert_eq!(status("GET", "/", &twice).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_acts_needs_the_books_own_origin() {
    let host = ("host", "localhost:4100");
    for ours in ["http://localhost:4100", "http://127.0.0.1:4100"] {
        let got = status("POST", "/nothing", &[host, ("origin", ours)]).await;
        assert_eq!(got, StatusCode::NOT_FOUND, "{ours} passes the guard");
    }
    for other in [
        "null",
        "https://localhost:4100",
        "http://localhost:4101",
        "http://localhost:4100.evil.example",
        "http://evil.example",
        "",
    ] {
        let got = status("POST", "/nothing", &[host, ("origin", other)]).await;
        assert_eq!(got, StatusCode::FORBIDDEN, "{other:?}");
    }
    assert_eq!(
        status("POST", "/nothing", &[host]).await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_upgrade_acts() {
    let headers = [("host", "localhost:4100"), ("upgrade", "websocket")];
    assert_eq!(
        status("GET", "/-/live", &headers).await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_path_leads_to_a_file_of_the_site_or_nowhere() {
    let host = [("host", "localhost:4100")];
    assert_eq!(status("GET", "/index.html", &host).await, StatusCode::OK);
    for path in [
        "/gone.html",
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
    ] {
        assert_eq!(
            status("GET", path, &host).await,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_page_is_told_to_load_nothing_from_outside() {
    let request = Request::get("/")
        .header("host", "localhost:4100")
        .body(Body::empty())
        .expect("a request");
    let response = server().oneshot(request).await.expect("infallible");
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .expect("text");
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
}

#[tokio::test]
async fn until_a_build_succeeds_its_problems_are_the_page() {
    let live = Arc::new(Live::new());
    live.failed("error: a <gone> item".to_owned());
    let request = Request::get("/00-wiretap.html")
        .header("host", "localhost:4100")
        .body(Body::empty())
        .expect("a request");
    let response = routes(live, &Labs::default(), 4100)
        .oneshot(request)
        .await
        .expect("infallible");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .expect("a body");
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("error: a &lt;gone&gt; item"), "{text}");
}

#[tokio::test]
async fn a_taken_port_is_named_with_a_way_out() {
    let taken = listen(0).await.expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let error = listen(port).await.expect_err("taken").to_string();
    assert!(
        error.starts_with(&format!("port {port} of 127.0.0.1 is taken")),
        "{error}"
    );
    assert!(error.contains("cargo run -- --port "), "{error}");
}

#[tokio::test]
async fn the_labs_are_behind_the_guard() {
    let host = ("host", "localhost:4100");
    for path in [
        "/-/labs/01/start",
        "/-/lab/0/stop",
        "/-/lab/0/fresh",
        "/-/lab/0/publish",
        "/-/lab/0/delivered",
        "/-/lab/0/raw",
        "/-/lab/0/log",
    ] {
        for origin in ["http://evil.example", "http://localhost:41000", "null"] {
            let got = status("POST", path, &[host, ("origin", origin)]).await;
            assert_eq!(got, StatusCode::FORBIDDEN, "{path} from {origin}");
        }
        let got = status("POST", path, &[host]).await;
        assert_eq!(got, StatusCode::FORBIDDEN, "{path} from nowhere");
        // As after DNS rebinding: for the browser it is that page's own server.
        let rebound = [
            ("host", "evil.example:4100"),
            ("origin", "http://evil.example:4100"),
        ];
        let got = status("POST", path, &rebound).await;
        assert_eq!(got, StatusCode::FORBIDDEN, "{path} under another name");
        let got =
            status("POST", path, &[host, ("origin", "http://localhost:4100")]).await;
        assert_ne!(
            got,
            StatusCode::FORBIDDEN,
            "{path} from the book's own page"
        );
    }
    let rebound = ("host", "evil.example:4100");
    let got = status("GET", "/-/lab/0/events", &[rebound]).await;
    assert_eq!(got, StatusCode::FORBIDDEN);
}

/// Reads one text frame as a server sends it: not masked, and short enough for a length
/// of 7 or 16 bits.
async fn text_frame(socket: &mut TcpStream) -> String {
    let mut header = [0; 2];
    socket.read_exact(&mut header).await.expect("a frame");
    assert_eq!(header[0], 0x81, "FIN and the opcode of text");
    let length = match header[1] {
        126 => socket.read_u16().await.expect("a length"),
        short => u16::from(short),
    };
    let mut payload = vec![0; usize::from(length)];
    socket.read_exact(&mut payload).await.expect("a payload");
    String::from_utf8(payload).expect("text")
}

#[tokio::test]
async fn a_page_is_told_of_every_build() {
    let listener = listen(0).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let live = Arc::new(Live::new());
    live.succeeded(files::Site::default());
    let routes = routes(Arc::clone(&live), &Labs::default(), address.port());
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /-/live HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("a head"));
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101 "),
        "{}",
        head.escape_ascii()
    );

    let first = text_frame(&mut socket).await;
    assert!(first.contains(r#""problem":null"#), "{first}");
    live.failed("a mistake".to_owned());
    let second = text_frame(&mut socket).await;
    assert!(second.contains(r#""problem":"a mistake""#), "{second}");
    assert_eq!(
        first.split(',').next(),
        second.split(',').next(),
        "the same build"
    );
}
