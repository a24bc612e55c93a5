//! Chapter 12's chat in a browser: its page, in two windows.

use std::net::SocketAddr;

use chat::{Chat, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Page, in_a_page};

/// The chat's server, in this process.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(listener, Chat::new(), async {
            stopped.await.expect("the test stops it");
        }));
        Self {
            address,
            stop,
            served,
        }
    }

    async fn stop(self) {
        self.stop.send(()).expect("it runs");
        self.served.await.expect("it returns");
    }
}

pub(crate) async fn enter(page: &Page, name: &str) {
    page.set("#name", name).await;
    page.click("#enter button").await;
    page.until(&format!(
        "document.getElementById('state').textContent === {:?}",
        format!("{name} in tea-room")
    ))
    .await;
}

pub(crate) async fn say(page: &Page, text: &str) {
    page.set("#text", text).await;
    page.click("#say button").await;
}

/// Waits until an element holds this text.
pub(crate) async fn holds(page: &Page, id: &str, text: &str) {
    page.until(&format!(
        "document.getElementById({id:?}).innerText.includes({text:?})"
    ))
    .await;
}

#[test]
fn two_windows_talk_and_hear_of_the_end() {
    in_a_page("two windows of the chat talk", async |ann| {
        let server = Server::start().await;
        let bob = ann.beside().await;
        let url = format!("http://{}/", server.address);
        ann.go(&url).await;
        enter(&ann, "Ann").await;
        bob.go(&url).await;
        enter(&bob, "Bob").await;
        holds(&ann, "members", "Bob").await;
        holds(&bob, "members", "Ann").await;

        say(&ann, "Is the tea ready?").await;
        holds(&bob, "log", "Is the tea ready?").await;
        // Typed, and not said yet.
        bob.set("#text", "In a min").await;
        holds(&ann, "typing", "Bob is writing").await;
        say(&bob, "In a minute.").await;
        holds(&ann, "log", "In a minute.").await;
        holds(&bob, "log", "In a minute.").await;
        ann.until("document.getElementById('typing').textContent === ''")
            .await;
        for page in [&ann, &bob] {
            let order = "[...document.querySelectorAll('#log .name + span')]
                .map(e => e.textContent).join('|')";
            assert_eq!(page.text(order).await, "Is the tea ready?|In a minute.");
        }

        pictures(&ann).await;
        server.stop().await;
        for page in [&ann, &bob] {
            holds(page, "log", "Not connected any more: the server stops.").await;
            holds(page, "state", "not connected: the server stops").await;
        }
        bob.finish(&[]);
        ann.finish(&[]);
    });
}

/// In both shapes and both schemes: nothing sticks out, and there is something to look at.
async fn pictures(page: &Page) {
    // Only what is in front is painted.
    page.call("Page.bringToFront", serde_json::json!({})).await;
    for (width, height) in [(1280, 800), (400, 700)] {
        page.size(width, height).await;
        for scheme in ["light", "dark"] {
            let feature = serde_json::json!({
                "features": [{ "name": "prefers-color-scheme", "value": scheme }],
            });
            page.call("Emulation.setEmulatedMedia", feature).await;
            assert_eq!(page.overflow().await, "", "at {width} px");
            page.picture("html", &format!("12-chat-{width}-{scheme}"))
                .await;
        }
    }
}

#[test]
fn what_others_say_is_text_and_what_was_refused_comes_back() {
    in_a_page("markup in the chat", async |page| {
        let server = Server::start().await;
        page.go(&format!("http://{}/", server.address)).await;
        // A browser takes blanks for a name; the server says what is wrong.
        page.set("#name", "  ").await;
        page.click("#enter button").await;
        holds(&page, "problem", "name: it is empty or blank").await;
        holds(&page, "state", "not connected").await;
        page.until("!document.querySelector('#enter button').disabled")
            .await;
        let name = "<b>Eve</b>";
        enter(&page, name).await;
        let markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        say(&page, markup).await;
        holds(&page, "log", markup).await;
        holds(&page, "members", name).await;
        let elements =
            "String(document.querySelectorAll('#log img, #log script, b').length)";
        assert_eq!(page.text(elements).await, "0");

        // The field counts characters, and the server bytes.
        let long = "é".repeat(3000);
        say(&page, &long).await;
        holds(&page, "problem", "text: its length is 6000").await;
        assert_eq!(
            page.text("document.getElementById('text').value").await,
            long
        );
        say(&page, "shorter").await;
        holds(&page, "log", "shorter").await;
        assert_eq!(
            page.text("document.getElementById('problem').textContent")
                .await,
            ""
        );
        server.stop().await;
        page.finish(&[]);
    });
}
