//! Chapter 12's suite, for this chapter's server: it speaks version 1 as that asks for.

mod common;
#[path = "common/peer.rs"]
mod peer;

use chat::behaviour::{Case, Door, check};
use history::protocol::ServerMessage;
use history::{Chat, Halls, MemoryLog, Options, SqliteLog};
use peer::{Peer, expect, room, say, serve_forever};
use tokio::net::TcpListener;
use wiretap::{Link, LinkDialer, Recorder, Tcp, harness};

/// A server at the other end of a network, with its log in memory.
fn served() -> Door<LinkDialer> {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let halls = Halls::new();
    let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
    tokio::spawn(serve_forever(listener, chat));
    Door::new(dialer, "ws://chat.test/chat")
}

#[test]
fn every_case_of_version_1_holds() {
    for case in Case::ALL {
        harness::run(&format!("{case:?}"), async move {
            let checked = check(&served(), case).await;
            checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
        });
    }
}

/// Chapter 12's page counts its ids from 1 whenever it is loaded.
#[test]
fn an_id_of_version_1_may_stand_on_many_messages() {
    peer::with_server("two windows that count", async |dialer: LinkDialer, _| {
        let mut bob = Peer::hello(&dialer, "bob", 1).await;
        bob.join(None).await;
        for (seq, words) in [(1, "in one window"), (2, "in the other")] {
            let mut window = Peer::hello(&dialer, "ada", 1).await;
            window.join(None).await;
            window.send(&say("1", words)).await;
            let heard = ServerMessage::Message {
                room: room(),
                seq,
                name: "ada".to_owned(),
                text: Some(words.to_owned()),
                id: Some("1".to_owned()),
            };
            expect(&mut window, heard.clone()).await;
            expect(&mut bob, heard).await;
        }
    });
}

#[test]
fn every_case_but_the_slow_one_holds_with_a_file() {
    common::run("chapter 12's suite over TCP", async {
        let folder = tempfile::tempdir().expect("a folder");
        let halls = Halls::new();
        let path = folder.path().join("rooms.db");
        let log = SqliteLog::open(path, &Options::default(), halls.clone());
        let chat = Chat::new(log.expect("a log"), halls);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(serve_forever(listener, chat));
        let door = Door::new(Tcp(address), &format!("ws://{address}/chat"));
        // Here the clock is real, and who says nothing is closed after ten seconds.
        for case in Case::ALL.into_iter().filter(|case| *case != Case::Silence) {
            let checked = check(&door, case).await;
            checked.unwrap_or_else(|fault| panic!("{case:?}: {fault}"));
        }
    });
}
