//! Live reload: the pages learn of every build over a WebSocket.
//!
//! Not over server-sent events: over HTTP/1.1 a browser opens six connections to a site,
//! and the seventh tab of the book would load for ever. WebSockets are not counted there.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::{Html, Response};
use serde::Serialize;
use tokio::sync::watch;

use super::files::Site;
use crate::html::Escaped;

const SCRIPT: &str = include_str!("../../theme/live.js");

/// What the pages are told.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Status {
    /// Names the build that is served: a page that came from another one reloads.
    build: String,
    /// What is wrong with the sources since then.
    problem: Option<String>,
}

/// The last good build, and the news of the next.
#[derive(Debug)]
pub(super) struct Live {
    site: RwLock<Option<Arc<Site>>>,
    status: watch::Sender<Option<Status>>,
}

impl Live {
    pub(super) fn new() -> Self {
        Self {
            site: RwLock::new(None),
            status: watch::Sender::new(None),
        }
    }

    /// The last good build, if there is one.
    pub(super) fn site(&self) -> Option<Arc<Site>> {
        self.site
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Serves `site` from now on.
    pub(super) fn succeeded(&self, site: Site) {
        *self.site.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Arc::new(site));
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        self.status.send_replace(Some(Status {
            build: since.as_micros().to_string(),
            problem: None,
        }));
    }

    /// Tells the pages what is wrong; the last good build stays.
    pub(super) fn failed(&self, problem: String) {
        self.status.send_modify(|status| {
            let build = status
                .take()
                .map_or_else(String::new, |status| status.build);
            *status = Some(Status {
                build,
                problem: Some(problem),
            });
        });
    }

    /// Waits until the first build has succeeded or failed.
    pub(super) async fn first_build(&self) {
        // The sender is `self`: it cannot be gone.
        _ = self.status.subscribe().wait_for(Option::is_some).await;
    }

    /// Stands in for every page while no build has succeeded yet.
    pub(super) fn placeholder(&self) -> Html<String> {
        let status = self.status.borrow();
        let problem = status
            .as_ref()
            .and_then(|status| status.problem.as_deref())
            .unwrap_or("The book is being built.");
        Html(format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>The book is not built</title>\
             <h1>The book is not built</h1><pre>{}</pre><script>{SCRIPT}</script>",
            Escaped(problem)
        ))
    }
}

/// `/-/live`: one message per build, beginning with the present one.
pub(super) async fn socket(
    upgrade: WebSocketUpgrade,
    State(live): State<Arc<Live>>,
) -> Response {
    upgrade.on_upgrade(move |socket| tell(socket, live.status.subscribe()))
}

async fn tell(mut socket: WebSocket, mut news: watch::Receiver<Option<Status>>) {
    loop {
        let status = news.borrow_and_update().clone();
        if let Some(status) = status {
            let json = serde_json::to_string(&status).expect("strings serialise");
            let sent = socket.send(Message::Text(Utf8Bytes::from(json))).await;
            if sent.is_err() {
                return;
            }
        }
        loop {
            tokio::select! {
                changed = news.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                // The page sends nothing: what comes is its end, or a ping to answer.
                received = socket.recv() => match received {
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return,
                },
            }
        }
    }
}
