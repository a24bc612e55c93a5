//! Other people's programs, and where they find their libraries.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where libraries are looked for besides the usual places: this is where `.ci/run` puts
/// them.
fn libraries(name: &str) -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")));
    let cache = cache.unwrap_or_else(env::temp_dir);
    cache.join("websockets-from-the-wire-up/peers").join(name)
}

pub(crate) fn script(name: &str) -> PathBuf {
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

pub(crate) fn python() -> Option<Command> {
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

pub(crate) fn node() -> Option<Command> {
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
