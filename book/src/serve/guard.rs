//! Who may ask: this server runs code, so a page of another site must not reach it.
//!
//! Two ways lead from a hostile page to a server on loopback. The page may send requests
//! here, as any page may to any server: these carry the page's `Origin`. Or its own name
//! may be made to resolve to 127.0.0.1, so that the browser takes the two for one site
//! (DNS rebinding): these carry that name as `Host`.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Knows the names of this server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    port: u16,
}

impl Guard {
    /// The server on this port of loopback.
    pub(crate) fn new(port: u16) -> Self {
        Self { port }
    }

    /// `localhost:4100`, `127.0.0.1:4100` or `[::1]:4100`.
    fn is_ours(self, authority: &str) -> bool {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, "80"),
        };
        port == self.port.to_string()
            && ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(host))
    }

    /// The reason to refuse a request, if there is one.
    fn refusal(self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        let host = one(headers, header::HOST);
        if !host.is_some_and(|host| self.is_ours(host)) {
            return Some("this server answers only to localhost and its port as Host");
        }
        // A GET only reads. An upgrade begins as one, but opens a channel both ways.
        let acts = !matches!(*method, Method::GET | Method::HEAD)
            || headers.contains_key(header::UPGRADE);
        let origin = one(headers, header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"));
        if acts && !origin.is_some_and(|origin| self.is_ours(origin)) {
            return Some("what acts is only for the book's own pages: Origin says not");
        }
        None
    }
}

/// The header's value, when it is there exactly once.
fn one(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The middleware around every route, the labs' included: `Host` is checked on every
/// request, `Origin` on every one that acts.
pub(crate) async fn check(
    State(guard): State<Guard>,
    request: Request,
    next: Next,
) -> Response {
    match guard.refusal(request.method(), request.headers()) {
        None => next.run(request).await,
        Some(reason) => (StatusCode::FORBIDDEN, format!("{reason}\n")).into_response(),
    }
}
