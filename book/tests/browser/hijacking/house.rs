//! Ann's chat and Mallory's page, each on a port of its own.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::careless::{self, Chat, SameSite};
use super::hostile;

/// What was asked of the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Socket,
    Say,
}

/// Both servers, which end with the test's runtime.
pub(super) struct House {
    /// The address of Ann's page.
    pub(super) chat: String,
    /// Mallory's page on another port of the same host: of the same site.
    pub(super) same_site: String,
    /// The same page on another site.
    pub(super) other_site: String,
    answers: watch::Sender<Vec<(Asked, u16)>>,
}

impl House {
    pub(super) async fn open(cookie: SameSite, is_careful: bool) -> Self {
        let (chat, page) = (bind().await, bind().await);
        let origin = format!("http://{}", chat.local_addr().expect("it is bound"));
        let port = page.local_addr().expect("it is bound").port();
        let own = is_careful.then(|| origin.clone());
        let careless = Chat::new(careless::random(), cookie, own);
        let answers = watch::Sender::new(Vec::new());
        let router = watched(careless::router(Arc::new(careless)), answers.clone());
        tokio::spawn(axum::serve(chat, router).into_future());
        let hostile = hostile::router(origin.clone());
        tokio::spawn(axum::serve(page, hostile).into_future());
        Self {
            chat: format!("{origin}/"),
            same_site: format!("http://127.0.0.1:{port}/"),
            other_site: format!("http://localhost:{port}/"),
            answers,
        }
    }

    /// Forgets what was answered so far.
    pub(super) fn forget(&mut self) {
        self.answers.send_replace(Vec::new());
    }

    /// The status of the `nth` answer of this kind, which is waited for.
    pub(super) async fn answered(&self, what: Asked, nth: usize) -> u16 {
        let mut answers = self.answers.subscribe();
        let of_this_kind = |answers: &Vec<(Asked, u16)>| {
            let mut found = answers.iter().filter(|(asked, _)| *asked == what);
            found.nth(nth - 1).map(|(_, status)| *status)
        };
        let answered = answers.wait_for(|answers| of_this_kind(answers).is_some());
        let answered = answered.await.expect("we have the sender");
        of_this_kind(&answered).expect("it was waited for")
    }
}

async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

/// The same, with a look at its answers.
fn watched(router: Router, answers: watch::Sender<Vec<(Asked, u16)>>) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let asked = match request.uri().path() {
            "/chat" => Some(Asked::Socket),
            "/say" => Some(Asked::Say),
            _ => None,
        };
        let answers = answers.clone();
        async move {
            let answer = next.run(request).await;
            if let Some(asked) = asked {
                let status = answer.status().as_u16();
                answers.send_modify(|answers| answers.push((asked, status)));
            }
            answer
        }
    }))
}
