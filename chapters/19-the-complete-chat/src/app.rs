//! The app for a browser: plain HTML, CSS and modules, as they lie in `src/app`, without a
//! build step.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;

/// How many rooms a window joins on its one connection: what
/// [`Limits::rooms`](backpressure::Limits::rooms) has to allow. With a hello and a page it
/// stays below the 50 messages that a connection may send at once.
pub const ROOMS: usize = 40;

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The scripts and styles: each with its name, its type and its text.
macro_rules! files {
    ($kind:ident: $($name:literal)+) => {
        [$(($name, $kind, include_str!(concat!("app/", $name)))),+]
    };
}

const STYLES: [(&str, &str, &str); 4] =
    files!(STYLE: "base.css" "layout.css" "messages.css" "dialogs.css");

const SCRIPTS: [(&str, &str, &str); 25] = files!(SCRIPT:
    "api.js" "chat.js" "connection.js" "desk.js" "dialogs.js" "dom.js" "joins.js"
    "keep.js" "line-http.js" "line-websocket.js" "main.js" "notices.js" "outbox.js"
    "room.js" "rows.js" "schedule.js" "session.js" "signal.js" "view-composer.js"
    "view-messages.js" "view-panel.js" "view-rooms.js" "view-sign.js" "view-status.js"
    "ways.js"
);

/// The app at `/`, with what it loads under `/app/`. It asks `/api` of chapter 15 and the
/// chat's `/chat` on the same host, and nobody else: what a page from here may load is for
/// chapter 15's headers to say.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let page = file(HTML, include_str!("app/index.html"));
    let router = Router::new().route("/", get(page));
    let files = STYLES.into_iter().chain(SCRIPTS);
    files.fold(router, |router, (name, kind, text)| {
        router.route(&format!("/app/{name}"), get(file(kind, text)))
    })
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse + Clone {
    let head = [
        (CONTENT_TYPE, kind),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (head, text)
}
