//! The page for a browser, which speaks version 2.

use axum::Router;
use axum::routing::get;
use chat::page::{HTML, SCRIPT, file, parts};

/// The page at `/`, with its scripts and its styles, for a chat at `/chat` on the same host.
/// What it has in common with chapter 12's is chapter 12's.
pub fn pages() -> Router {
    let html = include_str!("page/history.html");
    let style = include_str!("page/history.css");
    let script = include_str!("page/history.js");
    Router::new()
        .route("/", get(file(HTML, html)))
        .route("/history.css", get(file("text/css", style)))
        .route("/history.js", get(file(SCRIPT, script)))
        .merge(page_parts())
        .merge(parts())
}

/// What pages of a chat that remembers have in common, chapter 15's as well:
/// `/connection.js`, `/schedule.js` and `/outbox.js`. Those want chapter 12's parts too.
pub fn page_parts<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let connection = include_str!("page/connection.js");
    let schedule = include_str!("page/schedule.js");
    let outbox = include_str!("page/outbox.js");
    Router::new()
        .route("/connection.js", get(file(SCRIPT, connection)))
        .route("/schedule.js", get(file(SCRIPT, schedule)))
        .route("/outbox.js", get(file(SCRIPT, outbox)))
}
