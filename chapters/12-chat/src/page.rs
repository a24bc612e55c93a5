//! The page for a browser: three files, and a policy that keeps it to them.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::get;

/// Scripts and styles from here and from nowhere else: should text ever become markup, it
/// still does nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/// The page at `/`, with its script and its style, for a chat at `/chat` on the same host.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let html = include_str!("page/chat.html");
    let script = include_str!("page/chat.js");
    let style = include_str!("page/chat.css");
    Router::new()
        .route("/", get(file("text/html; charset=utf-8", html)))
        .route("/chat.js", get(file("text/javascript", script)))
        .route("/chat.css", get(file("text/css", style)))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse + Clone {
    let head = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (head, text)
}
