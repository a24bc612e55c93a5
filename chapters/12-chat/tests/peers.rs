//! Other people's clients at the chat, written from the page of its protocol: Python's
//! `websockets` and npm's `ws`.

#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;
#[path = "../../09-connection/tests/peers/programs.rs"]
mod programs;

use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use chat::{Chat, serve};
use program::printed;
use tokio::sync::oneshot;

/// What a client prints when each case is done.
const CASES: &str = "hello\ntalking\nwindows\nrefusals\ncloses\n";

/// The chat's server on a thread of its own.
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
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
                let listener = listener.expect("a free port");
                let address = listener.local_addr().expect("it is bound");
                told.send(address).expect("it is waited for");
                serve(listener, Chat::new(), async {
                    stopped.await.expect("the test stops it");
                })
                .await;
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

#[test]
fn peer_pythons_websockets_chats() {
    if let Some(python) = programs::python() {
        Server::start().hosts(python, "chat.py");
    }
}

#[test]
fn peer_npms_ws_chats() {
    if let Some(node) = programs::node() {
        Server::start().hosts(node, "chat.js");
    }
}
