//! The recording of chapter 12.

use std::time::Duration;

use chat::{Chat, router};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::time::sleep;
use wiretap::{Link, Listen, Recorder, Side, harness};

use super::window::Window;
use super::{RTT, assert_recorded};

const PAUSE: Duration = Duration::from_millis(600);

#[test]
fn lab_12() {
    let transcript =
        harness::run("ann has two windows, and says something wrong", async {
            // Made in here, its clock is the paused one.
            let recorder =
                Recorder::new("Ann in two windows, Bob, and something that is wrong");
            let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
            let server = serve_without_a_date(listener);
            let windows = async {
                let open = async |name: &str| {
                    let mut window = Window::open(&dialer).await;
                    let hello =
                        format!(r#"{{"type":"hello","version":1,"name":"{name}"}}"#);
                    window.tell(hello).await;
                    let join = r#"{"type":"join","room":"harbour"}"#;
                    window.tell(join.to_owned()).await;
                    sleep(PAUSE).await;
                    window
                };
                let mut ann = open("Ann").await;
                let bob = open("Bob").await;
                recorder.note(Side::Client, "Ann opens a second window");
                let second = open("Ann").await;
                for words in [
                    r#"{"type":"say","room":"harbour","text":"Hello"}"#,
                    r#"{"type":"say","room":"harbor","text":"Hello","id":"1"}"#,
                ] {
                    ann.tell(words.to_owned()).await;
                    sleep(PAUSE).await;
                }
                recorder
                    .note(Side::Client, "one of her windows is closed, then the other");
                drop(second);
                sleep(PAUSE).await;
                drop(ann);
                sleep(PAUSE).await;
                drop(bob);
            };
            tokio::select! {
                () = server => unreachable!("it serves for ever"),
                () = windows => {}
            }
            recorder.transcript()
        });
    assert_recorded("lab_12", &transcript);
}

/// The chapter's routes behind an HTTP server that does not say what day it is.
async fn serve_without_a_date(mut listener: impl Listen) {
    let chat = router(Chat::new());
    loop {
        let io = listener.accept().await.expect("it goes on");
        let mut http = hyper::server::conn::http1::Builder::new();
        http.auto_date_header(false);
        let service = TowerToHyperService::new(chat.clone());
        let connection = http.serve_connection(TokioIo::new(io), service);
        tokio::spawn(connection.with_upgrades());
    }
}
