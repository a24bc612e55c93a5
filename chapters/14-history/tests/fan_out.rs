//! A fan-out for two processes: what the trait asks for is enough to make one.

mod common;
#[path = "common/peer.rs"]
mod peer;

use std::sync::Arc;

use chat::protocol::{Presence, Room, Typing};
use history::protocol::{ClientMessage, ServerMessage};
use history::{Chat, Entry, FanOut, Halls, MemoryLog, News};
use peer::{Peer, expect, name, room, say, serve_forever};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use wiretap::{Link, LinkDialer, Recorder, harness};

/// One of two processes: its own halls, and the way to the other's.
#[derive(Clone)]
struct Process {
    halls: Halls,
    other: Sender<(Room, News)>,
}

impl FanOut for Process {
    fn halls(&self) -> &Halls {
        &self.halls
    }

    fn tell(&self, room: &Room, news: &News) {
        self.halls.tell(room, news);
        let sent = self.other.try_send((room.clone(), news.clone()));
        // At the end of a test it may be gone.
        assert!(!matches!(sent, Err(TrySendError::Full(_))), "it listens");
    }
}

/// Tells the halls of a process what comes from the other.
async fn listen(halls: Halls, mut news: Receiver<(Room, News)>) {
    while let Some((room, news)) = news.recv().await {
        halls.tell(&room, &news);
    }
}

fn served(process: &Process, log: &MemoryLog) -> LinkDialer {
    let (dialer, listener) = Link::new().network(&Recorder::new("a chat"));
    let chat = Chat::new(log.clone(), process.clone());
    tokio::spawn(serve_forever(listener, chat));
    dialer
}

/// Two processes, with one log behind them.
fn two() -> (LinkDialer, LinkDialer) {
    let ((to_one, from_two), (to_two, from_one)) = (channel(100), channel(100));
    let process = |other| Process {
        halls: Halls::new(),
        other,
    };
    let (one, two) = (process(to_two), process(to_one));
    tokio::spawn(listen(one.halls.clone(), from_two));
    tokio::spawn(listen(two.halls.clone(), from_one));
    let telling = one.clone();
    let log = MemoryLog::new(move |room: &str, entry: &Arc<Entry>| {
        let room = Room::new(room).expect("a room");
        telling.tell(&room, &News::Entry(Arc::clone(entry)));
    });
    (served(&one, &log), served(&two, &log))
}

fn presence(who: &str, state: Presence) -> ServerMessage {
    let (room, name) = (room(), name(who));
    ServerMessage::Presence { room, name, state }
}

#[test]
fn what_happens_in_one_process_is_heard_in_the_other() {
    harness::run("two processes", async {
        let (one, two) = two();
        let mut ada = Peer::joined(&one, "ada", None).await;
        let mut bob = Peer::hello(&two, "bob", 2).await;
        bob.send_text(r#"{"type":"join","room":"harbour"}"#).await;
        let (members, seq) = (vec![name("ada"), name("bob")], 0);
        let room = room();
        let joined = ServerMessage::Joined { room, seq, members };
        assert_eq!(bob.next().await, joined);
        assert_eq!(ada.next().await, presence("bob", Presence::Here));

        ada.send(&ClientMessage::Typing(Typing { room: peer::room() }))
            .await;
        let (room, who) = (peer::room(), name("ada"));
        expect(&mut bob, ServerMessage::Typing { room, name: who }).await;
        assert_eq!(ada.says("1", "here").await, 1);
        let heard = bob.next_but_presence().await;
        assert!(
            matches!(heard, ServerMessage::Message { seq: 1, .. }),
            "{heard:?}"
        );
        bob.send(&say("1", "and there")).await;
        let heard = ada.next_but_presence().await;
        assert!(
            matches!(heard, ServerMessage::Message { seq: 2, .. }),
            "{heard:?}"
        );
    });
}

#[test]
fn who_is_in_both_processes_has_gone_when_the_last_connection_has() {
    harness::run("one person, two processes", async {
        let (one, two) = two();
        let mut bob = Peer::joined(&one, "bob", None).await;
        let here = Peer::joined(&one, "ada", None).await;
        let there = Peer::joined(&two, "ada", None).await;
        assert_eq!(bob.next().await, presence("ada", Presence::Here));
        drop(here);
        // Comes behind whatever was told of ada.
        let _eve = Peer::joined(&two, "eve", None).await;
        assert_eq!(bob.next().await, presence("eve", Presence::Here));
        drop(there);
        assert_eq!(bob.next().await, presence("ada", Presence::Gone));
    });
}
