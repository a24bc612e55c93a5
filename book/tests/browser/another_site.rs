//! What pages of other origins and other sites can ask of a server in somebody's name, who is
//! signed in there: the answers to an exercise of chapter 15.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::Html;
use axum::routing::any;
use tokio::net::TcpListener;
use tokio::sync::watch;

const COOKIE_OF_ANN: &str = "session=ann; HttpOnly; SameSite=Lax; Path=/";

/// Who makes a request, and how: the eight of the exercise.
const REQUESTS: [(&str, &str); 8] = [
    ("evil", "socket"),
    ("chat", "socket"),
    ("files.chat", "socket"),
    ("evil", "text"),
    ("evil", "json"),
    ("evil", "form"),
    ("evil", "link"),
    ("chat", "json"),
];

/// What came to the chat, by the number in its path: `with` the cookie or `without`.
type Seen = Arc<watch::Sender<BTreeMap<usize, &'static str>>>;

/// Serves on a free port; which one.
async fn serve(router: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// A chat that looks at the cookie and at nothing else. It answers no question beforehand.
fn chat(seen: Seen) -> Router {
    let answer = move |request: Request| {
        let number = request.uri().path()[1..].parse::<usize>();
        if let Ok(number) = number
            && request.method() != Method::OPTIONS
        {
            let cookie = request.headers().contains_key(COOKIE);
            let what = if cookie { "with" } else { "without" };
            seen.send_modify(|seen| {
                seen.insert(number, what);
            });
        }
        async { StatusCode::FORBIDDEN }
    };
    let sign_in = any(|| async { ([(SET_COOKIE, COOKIE_OF_ANN)], "hello Ann") });
    Router::new().route("/", sign_in).fallback(answer)
}

/// A script that makes a request, and is done when the browser knows what came of it.
fn script(how: &str, to: &str) -> String {
    match how {
        "socket" => format!(
            "new Promise(done => {{
                const socket = new WebSocket('{to}'.replace('http:', 'ws:'));
                socket.onclose = () => done(true);
            }})"
        ),
        "text" | "json" => {
            let (mode, kind) = match how {
                "text" => ("no-cors", "text/plain"),
                _ => ("cors", "application/json"),
            };
            format!(
                "fetch('{to}', {{
                    method: 'POST', mode: '{mode}', credentials: 'include',
                    headers: {{ 'content-type': '{kind}' }}, body: '{{}}',
                }}).then(() => true, () => true)"
            )
        }
        "form" => format!(
            "(() => {{
                const form = document.createElement('form');
                form.method = 'POST';
                form.action = '{to}';
                document.body.append(form);
                form.submit();
            }})()"
        ),
        _ => format!(
            "(() => {{
                const link = document.createElement('a');
                link.href = '{to}';
                document.body.append(link);
                link.click();
            }})()"
        ),
    }
}

#[test]
fn another_site_asks_in_anns_name() {
    crate::in_a_page("pages of other sites", async |page| {
        let seen = Seen::new(watch::Sender::default());
        let chat = serve(chat(Arc::clone(&seen))).await;
        let empty = any(|| async { Html("<!doctype html><title>page</title>") });
        let others = serve(Router::new().fallback(empty)).await;
        page.go(&format!("http://chat.localhost:{chat}/")).await;
        for (number, (from, how)) in (1..).zip(REQUESTS) {
            page.go(&format!("http://{from}.localhost:{others}/")).await;
            let to = format!("http://chat.localhost:{chat}/{number}");
            page.eval(&script(how, &to)).await;
            if how == "form" || how == "link" {
                let mut arrived = seen.subscribe();
                let arrived = arrived.wait_for(|seen| seen.contains_key(&number));
                arrived.await.expect("we hold the sender");
            }
        }
        let seen = seen.borrow().clone();
        let line = |number| {
            let what = seen.get(&number).copied().unwrap_or("never");
            // In the form in which `verdict::snapshot!` keeps bytes.
            format!("{number} {what}\\n\n")
        };
        let lines: String = (1..=REQUESTS.len()).map(line).collect();
        insta::with_settings!({
            omit_expression => true, prepend_module_to_snapshot => false,
            snapshot_path => "../../../exercises/15-gatekeeping/tests/checks/snapshots",
        }, {
            insta::assert_snapshot!("e5_another_site__checks__seen", lines);
        });
        let expected = [
            "status of 403",
            "WebSocket connection to",
            "CORS policy",
            "ERR_FAILED",
        ];
        page.finish(&expected);
    });
}
