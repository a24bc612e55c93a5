//! A real nginx, started with a configuration of its own and ended with the test.
#![allow(dead_code, reason = "each test target uses its part of it")]

use std::env;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tokio::net::UnixStream;
use wiretap::Dial;

/// A running nginx, on a socket in a folder of its own: no port to be taken by another.
pub(crate) struct Nginx {
    process: Child,
    folder: tempfile::TempDir,
}

impl Nginx {
    /// In front of `upstream`, with a place for each pair of a name and how to pass on what
    /// is asked for there. `None` when there is no nginx here, which is said; and fails in
    /// CI.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn start(upstream: SocketAddr, places: &[(&str, &str)]) -> Option<Self> {
        let Some(program) = find() else {
            let message =
                "no nginx here: apt install nginx-light, or your system's like";
            assert!(env::var_os("CI").is_none(), "{message}");
            eprintln!("SKIPPED, {message}");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = folder.path().join("nginx.conf");
        std::fs::write(&configuration, configure(&folder, upstream, places))
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

/// One process without privileges, and its places.
fn configure(
    folder: &tempfile::TempDir,
    upstream: SocketAddr,
    places: &[(&str, &str)],
) -> String {
    let folder = folder.path().display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("    {what}_temp_path {folder}/{what};\n"))
        .concat();
    let places: String = places
        .iter()
        .map(|(name, how)| {
            format!(
                "        location /{name}/ {{ proxy_pass http://{upstream}/; {how} }}\n"
            )
        })
        .collect();
    format!(
        "daemon off;\nmaster_process off;\nerror_log stderr notice;\n\
         pid {folder}/pid;\nevents {{ worker_connections 64; }}\n\
         http {{\n    access_log off;\n{temporary}\
         \x20   server {{\n        listen unix:{folder}/socket;\n{places}    }}\n}}\n"
    )
}
