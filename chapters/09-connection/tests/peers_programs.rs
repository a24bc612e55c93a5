//! Other people's programs in both roles: Python's `websockets` and npm's `ws`.

#[path = "peers/mod.rs"]
mod peers;
#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;

use std::env;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use peers::{CODES, ENDS, Ours, TOLD, try_everything};
use program::{Running, printed};

/// Where libraries are looked for besides the usual places: this is where `.ci/run` puts
/// them.
fn libraries(name: &str) -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")));
    let cache = cache.unwrap_or_else(env::temp_dir);
    cache.join("websockets-from-the-wire-up/peers").join(name)
}

fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(name)
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

fn python() -> Option<Command> {
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
    let remedy = format!(
        "python3 -m pip install --target {} websockets",
        folder.display()
    );
    is_there(import, "Python `websockets`", &remedy).then(python)
}

fn node() -> Option<Command> {
    let folder = libraries("node");
    let node = || {
        let mut node = Command::new("node");
        node.env("NODE_PATH", folder.join("node_modules"));
        node
    };
    let mut import = node();
    import.args(["-e", "require('ws')"]);
    let remedy = format!("npm install --prefix {} ws", folder.display());
    is_there(import, "npm `ws`", &remedy).then(node)
}

/// A stranger's client at our server.
fn is_served(mut client: Command, name: &str) {
    let ours = Ours::start();
    let output = client.arg(script(name)).arg(ours.url()).output();
    assert_eq!(printed(&output.expect("it runs")), TOLD);
    assert_eq!(ours.ends(ENDS.len()), ENDS);
}

/// Our client at a stranger's server.
fn serves(mut server: Command, name: &str) {
    let mut server = Running::start(server.arg(script(name)));
    let port: u16 = server.first_line.trim().parse().expect("a port");
    try_everything(([127, 0, 0, 1], port).into());
    let mut text = String::new();
    server.output.read_to_string(&mut text).expect("text");
    let lines = text
        .lines()
        .map(|line| line.strip_prefix("closed ").unwrap_or(line));
    for (line, code) in lines.zip(CODES) {
        assert!(line.starts_with(code), "{line:?} and not {code:?}: {text}");
    }
    assert_eq!(text.lines().count(), CODES.len(), "{text}");
}

#[test]
fn peer_pythons_websockets_is_a_client() {
    if let Some(python) = python() {
        is_served(python, "websockets_client.py");
    }
}

#[test]
fn peer_pythons_websockets_is_a_server() {
    if let Some(python) = python() {
        serves(python, "websockets_server.py");
    }
}

#[test]
fn peer_npms_ws_is_a_client() {
    if let Some(node) = node() {
        is_served(node, "ws_client.js");
    }
}

#[test]
fn peer_npms_ws_is_a_server() {
    if let Some(node) = node() {
        serves(node, "ws_server.js");
    }
}
