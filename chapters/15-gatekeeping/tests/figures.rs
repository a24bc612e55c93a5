//! The figures of the page.

mod wire;

use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use handshake::{Origins, Policy};
use history::{Act, Chat, Halls, MemoryLog, Post, RoomLog as _};
use wire::{Client, RTT, record, without_handshakes};
use wiretap::{Link, LinkDialer, Recorder, harness};

/// Chapter 14's server, with something of Ada's in the room.
async fn chapter_14(recorder: &Recorder) -> LinkDialer {
    let (dialer, listener) = Link::new().rtt(RTT).network(recorder);
    let halls = Halls::new();
    let log = MemoryLog::new(halls.clone());
    let text = "We meet at pier 4".to_owned();
    let post = Post {
        author: "Ada".to_owned(),
        id: Some("a-1".to_owned()),
        once: false,
        act: Act::Say { text },
    };
    log.append("harbour", post).await.expect("it is kept");
    let chat = Chat::new(log, halls);
    let policy = Policy {
        origins: Origins::Any,
        ..Policy::default()
    };
    tokio::spawn(async move {
        let from_here = |_: &_| -> IpAddr { Ipv4Addr::LOCALHOST.into() };
        let never = std::future::pending();
        history::serve(listener, chat, policy, Router::new(), from_here, never).await;
    });
    dialer
}

#[test]
fn in_chapter_14_who_says_to_be_ada_is_ada() {
    let transcript = harness::run("anybody", async {
        let recorder = Recorder::new("Eve, at the server of chapter 14");
        let chat = chapter_14(&recorder).await;
        let mut eve = Client::open(&chat, &recorder, &[]).await.expect("open");
        eve.says(r#"{"type":"hello","version":2,"name":"Ada"}"#)
            .await;
        eve.hears().await;
        eve.says(r#"{"type":"join","room":"harbour","after":0}"#)
            .await;
        assert!(eve.hears().await.contains("joined"));
        assert!(eve.hears().await.contains("We meet at pier 4"));
        let edit = r#"{"type":"edit","room":"harbour","seq":1,"text":"We meet at pier 9","id":"e-1"}"#;
        eve.says(edit).await;
        let heard = [eve.hears().await, eve.hears().await].concat();
        assert!(
            heard.contains("edited") && heard.contains("accepted"),
            "{heard}"
        );
        recorder.transcript()
    });
    record("figures__anybody", without_handshakes(transcript));
}
