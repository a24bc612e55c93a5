//! Other people's clients at the chat, written from the page of its protocol: Python's
//! `websockets` and npm's `ws`.

#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
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
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        let url = format!("ws://{}/chat", self.address);
        let output = client.arg(folder.join(script)).arg(url).output();
        assert_eq!(printed(&output.expect("it runs")), CASES);
        self.stop.send(()).expect("it runs");
        self.thread.join().expect("no panic");
    }
}

/// Where libraries are looked for besides the usual places: this is where `.ci/run` puts
/// them.
fn libraries(name: &str) -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")));
    let cache = cache.unwrap_or_else(env::temp_dir);
    cache.join("websockets-from-the-wire-up/peers").join(name)
}

/// Whether a program runs and finds its library. When not, the test that asks is skipped,
/// and says so; but in CI, where nothing may be skipped, it fails.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn is_there(mut command: Command, what: &str, remedy: &str) -> bool {
    let run = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = run.is_ok_and(|status| status.success());
    if !found {
        let message = format!("no {what} here; get it with: {remedy}");
        assert!(env::var_os("CI").is_none(), "{message}");
        eprintln!("ignored: {message}");
    }
    found
}

#[test]
fn peer_pythons_websockets_chats() {
    let folder = libraries("python");
    let python = || {
        let mut python = Command::new("python3");
        python
            .env("PYTHONPATH", &folder)
            .env("PYTHONIOENCODING", "utf-8");
        python
    };
    let mut import = python();
    import.args(["-c", "import websockets.asyncio.client"]);
    let folder = folder.display();
    let remedy = format!("python3 -m pip install --target {folder} websockets");
    if is_there(import, "Python `websockets`", &remedy) {
        Server::start().hosts(python(), "chat.py");
    }
}

#[test]
fn peer_npms_ws_chats() {
    let folder = libraries("node");
    let node = || {
        let mut node = Command::new("node");
        node.env("NODE_PATH", folder.join("node_modules"));
        node
    };
    let mut import = node();
    import.args(["-e", "require('ws')"]);
    let remedy = format!("npm install --prefix {} ws", folder.display());
    if is_there(import, "npm `ws`", &remedy) {
        Server::start().hosts(node(), "chat.js");
    }
}
