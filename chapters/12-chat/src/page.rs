//! The page for a browser: its files, and a policy that keeps it to them.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::get;

/// The type of a page.
pub const HTML: &str = "text/html; charset=utf-8";

/// The type of a script.
pub const SCRIPT: &str = "text/javascript";

/// Scripts and styles from here and from nowhere else: should text ever become markup, it
/// still does nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/// What pages of the chat have in common, chapter 14's as well: `/parts.js` and `/chat.css`.
pub fn parts<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let parts = include_str!("page/parts.js");
    let style = include_str!("page/chat.css");
    Router::new()
        .route("/parts.js", get(file(SCRIPT, parts)))
        .route("/chat.css", get(file("text/css", style)))
}

/// The page at `/`, with its scripts and its style, for a chat at `/chat` on the same host.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let html = include_str!("page/chat.html");
    let script = include_str!("page/chat.js");
    Router::new()
        .route("/", get(file(HTML, html)))
        .route("/chat.js", get(file(SCRIPT, script)))
        .merge(parts())
}

/// One file, which may load others from the same host and nothing else.
pub fn file(kind: &'static str, text: &'static str) -> impl IntoResponse + Clone {
    let head = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (head, text)
}
