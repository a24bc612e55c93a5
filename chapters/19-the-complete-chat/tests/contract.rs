//! The contract of every transport, for the chat over each of its three.

#[path = "whole/open.rs"]
mod open;

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use futures_util::FutureExt as _;
use history::protocol::{Room, ServerMessage, Text};
use history::{
    Act, Appended, ClientOptions, Halls, LogError, MemoryLog, Page, Post, RoomLog,
    Said, Since,
};
use open::{Way, over, serve_openly};
use operations::Plan;
use the_complete_chat::client::{Guest, News, Transport as Over, Ways};
use the_complete_chat::server;
use tokio::sync::mpsc;
use wiretap::LinkListener;
use wiretap::contract::{self, Promise, Reader, Road, Shutdown, Told, Transport};

const ROOM: &str = "board";

/// The chat, over one of its transports.
#[derive(Debug, Clone, Copy)]
struct Chat(Over);

/// A log that keeps only the newest.
#[derive(Debug, Clone)]
struct Kept {
    log: MemoryLog,
    halls: Halls,
    kept: u64,
    /// What is numbered up to here was never there.
    before: u64,
}

impl Kept {
    fn append_now(&self, text: String) -> u64 {
        let post = Post {
            author: "the board".to_owned(),
            id: None,
            once: false,
            act: Act::Say { text },
        };
        let appended = self.log.append(ROOM, post).now_or_never();
        appended.expect("at once").expect("it has room").seq
    }
}

impl RoomLog for Kept {
    async fn append(&self, room: &str, post: Post) -> Result<Appended, LogError> {
        self.log.append(room, post).await
    }

    async fn after(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Since, LogError> {
        let all = self.log.after(room, 0, 0).await?.last;
        let first = all.saturating_sub(self.kept).max(self.before) + 1;
        let seq = seq.max(first - 1);
        let since = self.log.after(room, seq, limit).await?;
        Ok(Since { first, ..since })
    }

    async fn before(
        &self,
        room: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        self.log.before(room, seq, limit).await
    }

    async fn search(
        &self,
        room: &str,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Said>, LogError> {
        self.log.search(room, query, limit).await
    }
}

impl Transport for Chat {
    type Board = Kept;
    type Reader = Listener;

    fn name(&self) -> String {
        match self.0 {
            Over::WebSocket => "chat, WebSocket".to_owned(),
            Over::Events => "chat, events and POST".to_owned(),
            Over::Polls => "chat, polls and POST".to_owned(),
        }
    }

    /// What happens while an answer is on its way waits for the next request.
    fn cannot(&self) -> &'static [Promise] {
        match self.0 {
            Over::WebSocket | Over::Events => &[],
            Over::Polls => &[Promise::InARow],
        }
    }

    fn board(&self, last: u64, kept: NonZeroUsize) -> Kept {
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        let (kept, before) = (kept.get() as u64, last);
        let board = Kept {
            log,
            halls,
            kept,
            before,
        };
        for _ in 0..last {
            board.append_now("lost".to_owned());
        }
        board
    }

    /// A text of the chat has no control characters in it, and is not empty.
    fn append(&self, board: &Kept, text: String) -> u64 {
        board.append_now(serde_json::to_string(&text).expect("a text"))
    }

    async fn serve(&self, listener: LinkListener, board: Kept, shutdown: Shutdown) {
        let (signal, signals) = mpsc::channel(1);
        let halls = board.halls.clone();
        let plan = Plan {
            over: Duration::ZERO,
            grace: Duration::from_secs(1),
        };
        let served = serve_openly(
            listener,
            (board, halls),
            server::Ways::default(),
            plan,
            signals,
        );
        let stop = async {
            shutdown.await;
            // It has ended by itself.
            let _ = signal.send("SIGTERM").await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ended = served => {}
            () = stop => {}
        }
    }

    fn reader(&self, road: Road, cursor: u64) -> Listener {
        let ways = over(road, self.0);
        let options = ClientOptions {
            seed: 19,
            connect_deadline: ways.deadline(),
            ..ClientOptions::default()
        };
        let mut guest = Guest::new(ways, options);
        guest.client().join(room(), Some(cursor));
        Listener(guest)
    }
}

fn room() -> Room {
    Room::new(ROOM).expect("a room")
}

/// Chapter 14's client.
struct Listener(Guest<Ways<Way<Road>>>);

impl Reader for Listener {
    async fn next(&mut self) -> Told {
        loop {
            match self.0.next().await {
                Some(News::Told(ServerMessage::Message { seq, text, .. })) => {
                    let text = text.expect("nothing is deleted");
                    let text = serde_json::from_str(&text).expect("a text");
                    return Told::Event(seq, text);
                }
                Some(News::Told(ServerMessage::Gap { first, last, .. })) => {
                    return Told::Gap(first, last);
                }
                Some(News::Cut { .. } | News::Failed(_)) | None => return Told::Failed,
                Some(_) => {}
            }
        }
    }

    async fn say(&mut self, text: &str) -> bool {
        let text = serde_json::to_string(text).expect("a text");
        let text = Text::new(&text).expect("a short one");
        self.0.client().say(room(), text).is_ok()
    }
}

#[test]
fn the_promises() {
    let examining =
        Over::ALL.map(|over| thread::spawn(move || contract::examine(Chat(over))));
    let rows = examining.map(|thread| thread.join().expect("a promise is broken"));
    contract::record!("contract", contract::rows(&rows));
}

#[test]
fn thousands_of_networks_over_a_websocket() {
    contract::chop(Chat(Over::WebSocket));
}

#[test]
fn thousands_of_networks_over_events() {
    contract::chop(Chat(Over::Events));
}

#[test]
fn thousands_of_networks_over_polls() {
    contract::chop(Chat(Over::Polls));
}
