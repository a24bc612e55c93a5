//! Other people's clients at the chat that remembers, written from the page of its protocol:
//! Python's `websockets` and npm's `ws`.

#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;
#[path = "../../09-connection/tests/peers/programs.rs"]
mod programs;

use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use axum::Router;
use backpressure::address_of;
use handshake::Policy;
use history::{Act, Chat, Halls, MemoryLog, Post, RoomLog as _, serve};
use program::printed;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What a client prints when each case is done.
const CASES: &str =
    "accepted\nretry\nresume\ngap\nedit\ndelete\npage\nsearch\nerrors\n";

/// The chat's server on a thread of its own. In its room `old` something has been said, so
/// often that nobody is told all of it.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    fn start() -> Self {
        let (stop, stopped) = oneshot::channel();
        let (told, bound) = mpsc::sync_channel(1);
        let thread = thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await;
                let listener = listener.expect("a free port");
                let halls = Halls::new();
                let log = MemoryLog::new(halls.clone());
                say_much(&log).await;
                let address = listener.local_addr().expect("it is bound");
                told.send(address).expect("it is waited for");
                let (chat, policy) = (Chat::new(log, halls), Policy::default());
                let stopped = async { stopped.await.expect("the test stops it") };
                let pages = Router::new();
                serve(listener, chat, policy, pages, address_of, stopped).await;
            });
        });
        let address = bound.recv().expect("an address");
        Self {
            address,
            stop,
            thread,
        }
    }

    /// Has a client play its cases.
    fn hosts(self, mut client: Command, script: &str) {
        let url = format!("ws://{}/chat", self.address);
        let output = client.arg(programs::script(script)).arg(url).output();
        assert_eq!(printed(&output.expect("it runs")), CASES);
        self.stop.send(()).expect("it runs");
        self.thread.join().expect("no panic");
    }
}

async fn say_much(log: &MemoryLog) {
    for number in 1..=1010 {
        let text = format!("message {number}");
        let post = Post {
            author: "Bob".to_owned(),
            id: None,
            once: false,
            act: Act::Say { text },
        };
        log.append("old", post).await.expect("it is kept");
    }
}

#[test]
fn peer_pythons_websockets_is_told_what_it_has_missed() {
    if let Some(python) = programs::python() {
        Server::start().hosts(python, "history.py");
    }
}

#[test]
fn peer_npms_ws_is_told_what_it_has_missed() {
    if let Some(node) = programs::node() {
        Server::start().hosts(node, "history.js");
    }
}
