//! The recording of chapter 14.

use std::time::Duration;

use connection::{Config, Connection, Message, Role, WebSocket, Writer};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use raw_http::Limits;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use wiretap::{
    Dial as _, Link, LinkDialer, LinkStream, Recorder, Side, Transcript, harness,
};

use super::{RTT, assert_recorded};
use crate::labs::cut::Scissors;
use crate::labs::history_lab::Rooms;

const PAUSE: Duration = Duration::from_millis(600);

#[test]
fn lab_14() {
    let transcript = harness::run("bob is cut off, and ada loses an answer", async {
        // Made in here, its clock is the paused one.
        let recorder = Recorder::new(
            "Bob is cut off and resumes; Ada loses an answer and says it again",
        );
        let (dialer, listener) = Link::new().rtt(RTT).network(&recorder);
        let scissors = Scissors::default();
        let (rooms, listener) = (Rooms::new(), scissors.reach(listener));
        let server = rooms.serve(listener, "", 16, std::future::pending());
        let windows = async {
            let bob = Window::open(&dialer, "bob", None).await;
            let mut ada = Window::open(&dialer, "ada", None).await;
            ada.say("one", "b81e0c-1").await;
            sleep(PAUSE).await;
            recorder.note(Side::Server, "every connection is cut");
            scissors.cut();
            drop((bob, ada));
            let mut ada = Window::open(&dialer, "ada", Some(1)).await;
            ada.say("two", "b81e0c-2").await;
            sleep(PAUSE).await;
            recorder.note(Side::Client, "bob comes back, after 1");
            let bob = Window::open(&dialer, "bob", Some(1)).await;
            sleep(PAUSE).await;
            recorder.note(Side::Client, "ada does not wait for the answer");
            ada.say("three", "b81e0c-3").await;
            drop(ada);
            let mut ada = Window::open(&dialer, "ada", Some(2)).await;
            ada.say("three", "b81e0c-3").await;
            sleep(PAUSE).await;
            drop(bob);
        };
        tokio::select! {
            () = server => unreachable!("it serves for ever"),
            () = windows => {}
        }
        recorder.transcript()
    });
    assert_recorded("lab_14", &on_another_day(transcript));
}

/// With RFC 9110's own day in the place of today (§5.6.7).
fn on_another_day(mut transcript: Transcript) -> Transcript {
    let entries = transcript.entries.iter_mut();
    let lines = entries.flat_map(|entry| &mut entry.content.lines);
    for line in lines.filter(|line| line.starts_with("date: ")) {
        *line = r"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".to_owned();
    }
    transcript
}

/// What a window of the page would do.
struct Window(Writer<LinkStream>, JoinHandle<()>);

impl Window {
    /// Says hello and joins the room, after what it has been told.
    async fn open(dialer: &LinkDialer, name: &str, after: Option<u64>) -> Self {
        let offer = Offer::new(&"ws://lab.example/chat".parse().expect("a URL"));
        let io = dialer.dial().await.expect("a connection");
        let nonce = *b"the sample nonce";
        let opened = handshake::connect(io, &Limits::default(), offer, nonce).await;
        let Opened { io, rest, .. } = opened.expect("a handshake");
        let config = Config {
            masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
            ..Config::default()
        };
        let client = Connection::new(Role::Client, config);
        let (mut reader, writer) = WebSocket::new(io, client, rest).split();
        let reading =
            tokio::spawn(async move { while reader.read().await.is_some() {} });
        let mut window = Self(writer, reading);
        let hello = format!(r#"{{"type":"hello","version":2,"name":"{name}"}}"#);
        window.tell(hello).await;
        let after = after.map(|seq| format!(r#","after":{seq}"#));
        let after = after.unwrap_or_default();
        window
            .tell(format!(r#"{{"type":"join","room":"harbour"{after}}}"#))
            .await;
        sleep(PAUSE).await;
        window
    }

    async fn say(&mut self, text: &str, id: &str) {
        let room = r#""type":"say","room":"harbour""#;
        self.tell(format!(r#"{{{room},"text":"{text}","id":"{id}"}}"#))
            .await;
    }

    async fn tell(&mut self, text: String) {
        self.0
            .send(Message::Text(text.into()))
            .await
            .expect("it is open");
        self.0.flush().await.expect("it is open");
    }
}

impl Drop for Window {
    /// The page is left: its connection ends without a word.
    fn drop(&mut self) {
        self.1.abort();
    }
}
