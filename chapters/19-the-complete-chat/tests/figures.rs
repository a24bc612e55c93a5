//! The figure of the page: a session over a WebSocket, at the whole server.

#[path = "whole/open.rs"]
mod open;

use std::collections::VecDeque;
use std::time::Duration;

use connection::{Config, Connection, Event, Message, Role, WebSocket};
use frames::MaskingKey;
use handshake::{Offer, Opened};
use history::{Halls, MemoryLog};
use open::serve_openly;
use operations::Plan;
use the_complete_chat::server::Ways;
use tokio::sync::mpsc;
use wiretap::{Dial as _, Link, Part, Recorder, Side, harness};

const SAID: [&str; 3] = [
    r#"{"type":"hello","version":3,"ticket":"Ann"}"#,
    r#"{"type":"join","room":"harbour"}"#,
    r#"{"type":"say","room":"harbour","text":"ahoy","id":"7f-0"}"#,
];

#[test]
fn a_session_over_a_websocket() {
    let transcript = harness::run("a session over a WebSocket", async {
        let recorder = Recorder::new("A session over a WebSocket");
        let link = Link::new().rtt(Duration::from_millis(100));
        let (dialer, listener) = link.network(&recorder);
        let halls = Halls::new();
        let chat = (MemoryLog::new(halls.clone()), halls);
        let (_signal, signals) = mpsc::channel(1);
        let (ways, plan) = (Ways::default(), Plan::default());
        tokio::spawn(serve_openly(listener, chat, ways, plan, signals));

        let io = dialer.dial().await.expect("a stream");
        let offer = Offer::new(&"ws://chat.test/chat".parse().expect("a URL"));
        let (limits, nonce) = (raw_http::Limits::default(), *b"the sample nonce");
        let opened = handshake::connect(io, &limits, offer, nonce).await;
        let Opened { io, rest, .. } = opened.expect("a handshake");
        let config = Config {
            masking_key: || MaskingKey([0x37, 0xfa, 0x21, 0x3d]),
            ..Config::default()
        };
        let connection = Connection::new(Role::Client, config);
        let (mut reader, mut writer) = WebSocket::new(io, connection, rest).split();
        let mut heard = VecDeque::new();
        for (text, answers) in SAID.into_iter().zip([1, 1, 2]) {
            let message = Message::Text(text.into());
            writer.send(message).await.expect("it is open");
            writer.flush().await.expect("it is open");
            for _ in 0..answers {
                match reader.read().await.expect("it is open") {
                    Event::Message(Message::Text(text)) => {
                        heard.push_back(text.into_owned());
                    }
                    other => panic!("a text, and not {other:?}"),
                }
            }
        }
        let mut transcript = recorder.transcript();
        let mut said = VecDeque::from(SAID.map(str::to_owned));
        // A frame says in its row what it says.
        for entry in &mut transcript.entries {
            if entry.part == Part::Frame {
                let texts = match entry.from {
                    Side::Client => &mut said,
                    Side::Server => &mut heard,
                };
                entry.label = texts.pop_front().expect("each is said or heard");
            }
        }
        transcript
    });
    let text = dated(&transcript.to_json());
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("websocket", text);
    });
}

/// The answer has the time of the wall's clock: another one of the same length.
fn dated(text: &str) -> String {
    const DATE: &str = "date: ";
    const EPOCH: &str = "Thu, 01 Jan 1970 00:00:00 GMT";
    let at = text.find(DATE).expect("hyper says when") + DATE.len();
    let rest = &text[at + EPOCH.len()..];
    [&text[..at], EPOCH, rest].concat()
}
