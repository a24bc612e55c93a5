//! A real nginx, started with a configuration of its own and ended with the test.

use std::env;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http_streaming::{handler, serve};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use tokio::net::{TcpListener, UnixStream};
use tokio::task::JoinHandle;
use wiretap::{Dial, Part, Recorder, Side};

/// The chapter's server, tapped, on a port of loopback.
pub(crate) struct Upstream {
    pub(crate) board: WaitingBoard,
    pub(crate) recorder: Recorder,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Upstream {
    pub(crate) async fn start(keep_alive: Duration) -> Self {
        let recorder = Recorder::new("behind nginx");
        let kept = 10_000.try_into().expect("it is not 0");
        let board = WaitingBoard::new(Board::new(kept).into(), 0);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let listener = recorder.tap_listener(listener);
        let handler = handler(board.clone(), keep_alive);
        let forever = std::future::pending();
        let task = tokio::spawn(serve(listener, handler, Config::default(), forever));
        Self {
            board,
            recorder,
            address,
            task,
        }
    }

    /// The bytes of all bodies that do not end.
    pub(crate) fn bytes_told(&self) -> u64 {
        let entries = self.recorder.transcript().entries;
        let told = entries.iter().filter(|entry| {
            let text = entry.content.lines.concat();
            entry.from == Side::Server
                && entry.part == Part::Body
                && text.starts_with("{\"seq\"")
        });
        told.map(|entry| entry.length).sum()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A running nginx, on a socket in a folder of its own: no port to be taken by another.
pub(crate) struct Nginx {
    process: Child,
    folder: tempfile::TempDir,
}

impl Nginx {
    /// `None` when there is no nginx here, which is said; and fails in CI.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn start(upstream: &Upstream) -> Option<Self> {
        let Some(program) = find() else {
            let message =
                "no nginx here: apt install nginx-light, or your system's like";
            assert!(env::var_os("CI").is_none(), "{message}");
            eprintln!("SKIPPED, {message}");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = folder.path().join("nginx.conf");
        std::fs::write(&configuration, configure(&folder, upstream.address))
            .expect("it is written");
        let mut process = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&configuration)
            .args(["-e", "stderr"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let stderr = process.stderr.take().expect("it is piped");
        // By the time it names the system it runs on, it listens.
        let mut said = String::new();
        let mut lines = BufReader::new(stderr).lines();
        loop {
            let line = lines.next().and_then(Result::ok);
            let line = line.unwrap_or_else(|| panic!("nginx does not start:\n{said}"));
            said += &format!("{line}\n");
            if line.contains("OS: ") {
                break;
            }
        }
        // Reads on, so that nginx is never kept waiting for what it says.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { process, folder })
    }

    /// Its version: the second number of `nginx version: nginx/1.22.1`.
    pub(crate) fn minor_version() -> u32 {
        let version = Command::new(find().expect("it runs")).arg("-v").output();
        let said = version.expect("it runs").stderr;
        let said = String::from_utf8_lossy(&said).into_owned();
        let minor = said.split('.').nth(1).and_then(|minor| minor.parse().ok());
        minor.unwrap_or_else(|| panic!("no version in {said:?}"))
    }

    pub(crate) fn dialer(&self) -> Socket {
        Socket(self.folder.path().join("socket"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Dials nginx.
#[derive(Debug, Clone)]
pub(crate) struct Socket(PathBuf);

impl Dial for Socket {
    type Io = UnixStream;

    async fn dial(&self) -> io::Result<UnixStream> {
        UnixStream::connect(&self.0).await
    }
}

/// Where the system keeps nginx, which is not on everybody's path.
fn find() -> Option<PathBuf> {
    let places = ["nginx", "/usr/sbin/nginx", "/opt/homebrew/bin/nginx"];
    places.into_iter().map(PathBuf::from).find(|program| {
        let mut version = Command::new(program);
        let run = version.arg("-v").stderr(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    })
}

/// One process without privileges, and a place for each way of passing a stream on.
fn configure(folder: &tempfile::TempDir, upstream: SocketAddr) -> String {
    let folder = folder.path().display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("    {what}_temp_path {folder}/{what};\n"))
        .concat();
    // nginx listens to X-Accel-Buffering unless it is told not to.
    let deaf = "proxy_ignore_headers X-Accel-Buffering;";
    let places: String = [
        ("on", format!("proxy_buffering on; {deaf}")),
        ("off", format!("proxy_buffering off; {deaf}")),
        ("told", "proxy_buffering on;".to_owned()),
        (
            "idle",
            "proxy_buffering off; proxy_read_timeout 1s;".to_owned(),
        ),
        (
            "1.0",
            "proxy_buffering off; proxy_http_version 1.0;".to_owned(),
        ),
        (
            "1.1",
            "proxy_buffering off; proxy_http_version 1.1;".to_owned(),
        ),
    ]
    .map(|(name, how)| {
        format!(
            "        location /{name}/ {{ proxy_pass http://{upstream}/; {how} }}\n"
        )
    })
    .concat();
    format!(
        "daemon off;\nmaster_process off;\nerror_log stderr notice;\n\
         pid {folder}/pid;\nevents {{ worker_connections 64; }}\n\
         http {{\n    access_log off;\n{temporary}\
         \x20   server {{\n        listen unix:{folder}/socket;\n{places}    }}\n}}\n"
    )
}
