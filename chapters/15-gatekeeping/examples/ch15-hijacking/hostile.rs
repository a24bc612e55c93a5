//! A page that means no good.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// The page at `/`, for use against the chat at `origin`.
pub(crate) fn router(origin: String) -> Router {
    let page = (
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        include_str!("hostile.html"),
    );
    let script = (
        [(CONTENT_TYPE, "text/javascript")],
        include_str!("hostile.js"),
    );
    Router::new()
        .route("/", get(page))
        .route("/hostile.js", get(script))
        .route("/target", get(move || std::future::ready(origin.clone())))
}
