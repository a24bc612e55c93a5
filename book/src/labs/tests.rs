//! The labs as a page uses them: the API asked without a socket, the labs' own ports over
//! loopback.

mod behind_a_proxy;
mod bounds;
mod connections;
mod door;
mod handshakes;
mod mine;
mod raw_bytes;
mod rooms;
mod running;
mod slow_room;

use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures_util::StreamExt as _;
use raw_http::{Client, Response};
use serde_json::Value;
use tower::ServiceExt as _;
use wiretap::Tcp;

use super::{Bounds, Labs};

/// The origin of the pages in these tests.
const PAGE: &str = "http://localhost:4100";
/// How long a test may take, far more than it needs.
const DEADLINE: Duration = Duration::from_secs(30);

/// Runs a scenario over real sockets, with a deadline that stands outside its runtime.
fn run(what: &str, scenario: impl Future<Output = ()> + Send + 'static) {
    let (done, outcome) = mpsc::sync_channel(1);
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(scenario);
        // Nobody listens any more when the deadline has passed.
        let _ = done.send(());
    });
    match outcome.recv_timeout(DEADLINE) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{DEADLINE:?} passed: {what}"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// Asks the API as the page does.
async fn act(
    router: &Router,
    method: &str,
    path: &str,
    body: &str,
) -> (StatusCode, String) {
    let response = ask(router, method, path, body).await;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
    let body = body.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    body: &str,
) -> axum::response::Response {
    let kind = if body.starts_with(['{', '[', 't', 'f']) {
        "application/json"
    } else {
        "text/plain"
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost:4100")
        .header("origin", PAGE)
        .header("content-type", kind)
        .body(Body::from(body.to_owned()))
        .expect("a request");
    router.clone().oneshot(request).await.expect("infallible")
}

/// A lab that has been started.
struct Running {
    router: Router,
    id: String,
    address: SocketAddr,
}

impl Running {
    async fn start(labs: &Labs, chapter: &str, target: &str) -> Self {
        let router = labs.router();
        let path = format!("/-/labs/{chapter}/start");
        let order = format!("{{\"target\":\"{target}\"}}");
        let (status, text) = act(&router, "POST", &path, &order).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        let started: Value = serde_json::from_str(&text).expect("JSON");
        let base = started["base"].as_str().expect("an address");
        let address = base.strip_prefix("http://").expect("http");
        Self {
            router,
            id: started["id"].as_str().expect("an id").to_owned(),
            address: address.parse().expect("an address"),
        }
    }

    async fn act(&self, act_: &str, body: &str) -> (StatusCode, String) {
        act(&self.router, "POST", &self.path(act_), body).await
    }

    fn path(&self, act: &str) -> String {
        format!("/-/lab/{}/{act}", self.id)
    }

    /// The lab's port as the page's own script reaches it.
    fn client(&self) -> Client<Tcp> {
        Client::new(Tcp(self.address), self.address.to_string())
    }

    /// `GET path`, as the page's own script sends it.
    async fn get(&self, path: &str) -> Response {
        let request = raw_http::Request::get(path).header("Origin", PAGE);
        self.client().send(request).await.expect("an answer")
    }

    /// What a page that follows from the beginning is told.
    async fn follow(&self) -> News {
        let path = self.path("events?since=0");
        let response = ask(&self.router, "GET", &path, "").await;
        assert_eq!(response.status(), StatusCode::OK);
        News {
            body: response.into_body().into_data_stream(),
            held: Vec::new(),
            html: String::new(),
            tally: Value::Null,
            shown: Value::Null,
        }
    }

    async fn is_listening(&self) -> bool {
        tokio::net::TcpStream::connect(self.address).await.is_ok()
    }

    /// Its end is told to the page at once; the port is closed in the turn after that.
    async fn listens_no_more(&self) {
        while self.is_listening().await {
            tokio::task::yield_now().await;
        }
    }
}

/// The events of one lab, gathered.
struct News {
    body: axum::body::BodyDataStream,
    held: Vec<u8>,
    html: String,
    tally: Value,
    shown: Value,
}

impl News {
    /// Follows until the transcript holds `text`.
    async fn until(&mut self, text: &str) {
        while !self.html.contains(text) {
            let (name, data) = self.next().await.expect("the stream goes on");
            assert_eq!(name, "update", "before {text}: {data}\n{}", self.html);
        }
    }

    /// Follows until the lab has ended, and says why it did.
    async fn until_the_end(&mut self) -> String {
        loop {
            let (name, data) = self.next().await.expect("the end is told");
            if name == "stopped" {
                let after = self.next().await;
                assert!(after.is_none(), "the end is the last: {after:?}");
                return data;
            }
        }
    }

    async fn next(&mut self) -> Option<(String, String)> {
        let end = loop {
            match self.held.windows(2).position(|pair| pair == b"\n\n") {
                Some(end) => break end,
                None => {
                    let more: Bytes = self.body.next().await?.expect("no failure");
                    self.held.extend_from_slice(&more);
                }
            }
        };
        let event: Vec<u8> = self.held.drain(..end + 2).collect();
        let event = String::from_utf8(event).expect("UTF-8");
        let field = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim_start().to_owned()
        };
        let (name, data) = (field("event:"), field("data:"));
        if name == "update" {
            let mut update: Value = serde_json::from_str(&data).expect("JSON");
            self.html += update["html"].as_str().expect("HTML");
            self.tally = update["tally"].take();
            self.shown = update["shown"].take();
        }
        Some((name, data))
    }
}
