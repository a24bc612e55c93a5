//! What stands between a lab's port and the chapter's server.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use http_streaming::Answer;
use raw_http::{Handler, Headers, Request, Response};
use tokio::time::Instant;

use super::bucket::Bucket;

/// Who may use a lab's port, how often, and whether connections are kept.
///
/// The port is on loopback, where every page that the reader's browser has open can send
/// requests to it. `Host` stops a page whose own name was made to point here (DNS
/// rebinding), `Origin` stops all others.
#[derive(Debug)]
pub(crate) struct Rules {
    /// `127.0.0.1:PORT`, as `Host` must name it.
    host: String,
    /// The origin of the book's pages, as `Origin` must name it.
    page_origin: String,
    rate: Mutex<Bucket>,
    epoch: Instant,
    /// Whether each request is to come on a connection of its own.
    fresh: AtomicBool,
}

impl Rules {
    pub(crate) fn new(host: String, page_origin: String, rate: Bucket) -> Self {
        Self {
            host,
            page_origin,
            rate: Mutex::new(rate),
            epoch: Instant::now(),
            fresh: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh.load(Ordering::Relaxed)
    }

    pub(crate) fn set_fresh(&self, fresh: bool) {
        self.fresh.store(fresh, Ordering::Relaxed);
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn page_origin(&self) -> &str {
        &self.page_origin
    }

    /// Takes a token: for a request to the port, and for an act through the API.
    pub(crate) fn take(&self) -> bool {
        let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        rate.take(self.epoch.elapsed())
    }

    /// The answer to a request that gets no further.
    pub(crate) fn refusal(&self, method: &str, headers: &Headers) -> Option<Response> {
        if headers.get("host") != Some(&self.host) {
            let text = format!("this lab is called {} and nothing else\n", self.host);
            return Some(Response::text(403, text));
        }
        let mut origins = headers.get_all("origin");
        let is_allowed = match (origins.next(), origins.next()) {
            (Some(origin), None) => origin == self.page_origin,
            // No script of a page: `curl`, or a link that was followed. It may look.
            (None, _) => matches!(method, "GET" | "HEAD"),
            (Some(_), Some(_)) => false,
        };
        if !is_allowed {
            return Some(Response::text(403, "this lab belongs to another page\n"));
        }
        if !self.take() {
            let text = "slower: this lab takes some twenty requests a second\n";
            return Some(Response::text(429, text).header("Retry-After", "1"));
        }
        None
    }
}

/// A chapter's handler behind the [`Rules`] of its lab.
#[derive(Debug, Clone)]
pub(crate) struct Guard<H> {
    rules: std::sync::Arc<Rules>,
    handler: H,
}

impl<H> Guard<H> {
    pub(crate) fn new(rules: std::sync::Arc<Rules>, handler: H) -> Self {
        Self { rules, handler }
    }
}

impl<H> Guard<H> {
    /// Lets the page's script, and no other page's, read the answer.
    fn open_to_the_page(&self, headers: &mut Headers) {
        headers.insert("Access-Control-Allow-Origin", &self.rules.page_origin);
        if self.rules.is_fresh() {
            headers.insert("Connection", "close");
        }
    }
}

impl<H: Handler> Handler for Guard<H> {
    async fn call(&self, request: Request) -> Response {
        let mut response = match self.rules.refusal(&request.method, &request.headers) {
            Some(refusal) => refusal,
            None => self.handler.call(request).await,
        };
        self.open_to_the_page(&mut response.headers);
        response
    }
}

impl<H: http_streaming::Handler> http_streaming::Handler for Guard<H> {
    type Source = H::Source;

    async fn call(&self, request: Request) -> Answer<H::Source> {
        let mut answer = match self.rules.refusal(&request.method, &request.headers) {
            Some(refusal) => Answer::Whole(refusal),
            None => self.handler.call(request).await,
        };
        match &mut answer {
            Answer::Whole(response) => self.open_to_the_page(&mut response.headers),
            Answer::Stream(headers, _) => self.open_to_the_page(headers),
        }
        answer
    }
}
