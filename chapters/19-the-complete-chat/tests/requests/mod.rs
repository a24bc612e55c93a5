//! Lines that are made of requests, and a client that sends one at a time.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::{IpAddr, Ipv4Addr};

use backpressure::Visit;
use history::{Line as _, Told};
use raw_http::{Client, Request, Response};
use serde_json::{Value, json};
use the_complete_chat::lines::{LineLimits, Lines, RequestLine};
use tokio_util::sync::CancellationToken;
use wiretap::{Link, LinkDialer, Recorder};

#[path = "../../../12-chat/tests/road/mod.rs"]
pub(crate) mod road;

/// A server whose lines are in these hands.
pub(crate) struct Server {
    pub(crate) dialer: LinkDialer,
    pub(crate) lines: Lines,
    router: axum::Router,
}

impl Server {
    pub(crate) fn new<C, F>(limits: LineLimits, converse: C) -> Self
    where
        C: FnOnce(RequestLine) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Self::at(&Link::new(), &Recorder::new("lines"), limits, converse)
    }

    pub(crate) fn at<C, F>(
        link: &Link,
        recorder: &Recorder,
        limits: LineLimits,
        converse: C,
    ) -> Self
    where
        C: FnOnce(RequestLine) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let lines = Lines::new(limits, CancellationToken::new());
        let from_here = |_: &_| IpAddr::from(Ipv4Addr::LOCALHOST);
        let router = lines.router(from_here, move |line, _: Visit| converse(line));
        let dialer = road::serve_router(router.clone(), link, recorder);
        Self {
            dialer,
            lines,
            router,
        }
    }

    /// For another way to the same lines.
    pub(crate) fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// A line, and who asks for it.
    pub(crate) async fn open(&self) -> Asking {
        Asking::open(self.dialer.clone()).await
    }
}

/// Says whatever it hears.
pub(crate) async fn echo(mut line: RequestLine) {
    while let Some(text) = line.hear().await {
        if line.tell(&Told::new(&text)).await.is_err() {
            break;
        }
    }
    line.end().await;
}

/// One that can be looked at by a test: it is told what is sent here, and what it hears
/// comes from there.
pub(crate) type Hands = tokio::sync::mpsc::Receiver<RequestLine>;

/// A server that hands its lines to the test.
pub(crate) fn by_hand(limits: LineLimits) -> (Server, Hands) {
    let (hand, hands) = tokio::sync::mpsc::channel(8);
    let server = Server::new(limits, async move |line| {
        hand.send(line).await.expect("the test takes it");
    });
    (server, hands)
}

/// A client of one line.
pub(crate) struct Asking {
    pub(crate) client: Client<LinkDialer>,
    pub(crate) line: String,
    /// What shows that the line is its own, as a browser sends it; none of an empty one.
    pub(crate) cookie: String,
}

impl Asking {
    pub(crate) async fn open(dialer: LinkDialer) -> Self {
        let mut asking = Self {
            client: Client::new(dialer, "chat.test"),
            line: String::new(),
            cookie: String::new(),
        };
        let response = asking.send(post("/chat/line", &json!({}))).await;
        assert_eq!(response.status, 201, "{response:?}");
        let opened: Value = serde_json::from_slice(&response.body).expect("JSON");
        asking.line = opened["line"].as_str().expect("a name").to_owned();
        asking.cookie = cookie_of(&response).unwrap_or_default();
        asking
    }

    /// The same line, over another connection.
    pub(crate) fn beside(&self, dialer: &LinkDialer) -> Self {
        let client = Client::new(dialer.clone(), "chat.test");
        Self {
            client,
            line: self.line.clone(),
            cookie: self.cookie.clone(),
        }
    }

    pub(crate) async fn send(&mut self, request: Request) -> Response {
        let request = self.with_cookie(request);
        self.client.send(request).await.expect("an answer")
    }

    pub(crate) fn with_cookie(&self, request: Request) -> Request {
        match &*self.cookie {
            "" => request,
            cookie => request.header("Cookie", cookie),
        }
    }

    pub(crate) fn path(&self, what: &str) -> String {
        format!("/chat/line/{}/{what}", self.line)
    }

    /// The head of a request for its stream.
    pub(crate) fn asks_for_events(&self) -> String {
        let (path, cookie) = (self.path("events"), &self.cookie);
        format!("GET {path} HTTP/1.1\r\nHost: chat.test\r\nCookie: {cookie}\r\n\r\n")
    }

    pub(crate) async fn poll(&mut self, after: u64) -> (u16, Value) {
        let path = self.path(&format!("poll?after={after}"));
        let response = self.send(Request::get(path)).await;
        let body = serde_json::from_slice(&response.body);
        (response.status, body.unwrap_or_default())
    }

    pub(crate) async fn say(&mut self, n: u64, messages: &[&str]) -> u16 {
        let body = json!({ "n": n, "messages": messages });
        let request = post(self.path("say"), &body);
        self.send(request).await.status
    }

    pub(crate) async fn close(&mut self) -> u16 {
        let request = post(self.path("close"), &json!({}));
        self.send(request).await.status
    }
}

pub(crate) fn post(path: impl Into<String>, body: &Value) -> Request {
    let request = Request::post(path, body.to_string());
    request.header("Content-Type", "application/json")
}

/// The cookie that an answer sets, without its attributes.
pub(crate) fn cookie_of(answer: &Response) -> Option<String> {
    let set = answer.headers.get("Set-Cookie")?;
    set.split(';').next().map(str::to_owned)
}
