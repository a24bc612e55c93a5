//! The lab of chapter 12: windows of the page in the chapter's own chat.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use chat::{Chat, Listening};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::guard::Rules;
use super::session::Session;

/// How long the connections may take when the lab ends.
const DRAIN: Duration = Duration::from_secs(1);

impl Session {
    /// The chapter's own routes behind a guard, tapped, and within reach of scissors.
    pub(crate) async fn serve_chat(&self, listener: TcpListener, chat: &Chat) {
        let bounded = self
            .scissors
            .reach(listener)
            .at_most(self.most_connections());
        let tapped = self.recorder.tap_listener(bounded);
        let rules = Arc::clone(&self.rules);
        let guarded = chat::router(chat.clone())
            .layer(middleware::from_fn_with_state(rules, only_the_page));
        let serving = axum::serve(Listening(tapped), guarded).into_future();
        tokio::select! {
            // axum 0.8 retries, and reports no error.
            _ = serving => {}
            () = self.ended() => {}
        }
        let _too_late = timeout(DRAIN, chat.stop()).await;
    }
}

/// Lets the lab's own page through. The chat itself asks nobody where they come from.
async fn only_the_page(
    State(rules): State<Arc<Rules>>,
    request: Request,
    next: Next,
) -> Response {
    match refusal(&rules, request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refusal(rules: &Rules, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let is = |name, value: &str| headers.get(name).is_some_and(|it| it == value);
    if !is(header::HOST, rules.host()) || !is(header::ORIGIN, rules.page_origin()) {
        return Some((StatusCode::FORBIDDEN, "this lab belongs to another page\n"));
    }
    let slower = (StatusCode::TOO_MANY_REQUESTS, "slower\n");
    (!rules.take()).then_some(slower)
}
