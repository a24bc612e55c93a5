//! The page for a browser, which speaks version 3.

use axum::Router;
use axum::routing::get;
use chat::page::{HTML, SCRIPT, file, parts};
use history::page_parts;

/// The page at `/`, with its scripts and its styles. What it has in common with those of
/// chapters 12 and 14 is theirs.
pub fn pages() -> Router {
    let html = include_str!("page/door.html");
    let style = include_str!("page/door.css");
    let script = include_str!("page/door.js");
    let api = include_str!("page/api.js");
    let room = include_str!("page/room.js");
    let rooms = include_str!("page/rooms.js");
    Router::new()
        .route("/", get(file(HTML, html)))
        .route("/door.css", get(file("text/css", style)))
        .route("/door.js", get(file(SCRIPT, script)))
        .route("/api.js", get(file(SCRIPT, api)))
        .route("/room.js", get(file(SCRIPT, room)))
        .route("/rooms.js", get(file(SCRIPT, rooms)))
        .merge(page_parts())
        .merge(parts())
}
