//! A real browser at our server: Chromium, whose page reports what its script was told.

#[path = "peers/mod.rs"]
mod peers;
#[path = "../../01-raw-http/tests/common/program.rs"]
mod program;

use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use handshake::{Origins, Policy, Refusal};
use peers::Ours;
use program::installed;
use raw_http::{RequestHead, Response};

const PAGE: &str = include_str!("peers/browser.html");

/// A browser starts slowly on a machine that has much to do.
const DEADLINE: Duration = Duration::from_secs(60);

const FLAGS: [&str; 7] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

const TOLD: [&str; 6] = [
    "text héllo 🦀",
    "binary 0,255,128",
    "pinged pong: are you there",
    "mebibyte 1048576",
    "closed 4000  clean",
    "closed 4001 done clean",
];

/// A browser that is ended with its test.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `%C3%A9` and its like, as `encodeURIComponent` writes them.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).expect("two digits"));
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn peer_chromium_is_a_client() {
    let remedy = "apt install chromium, or your system's like";
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let Some(mut chromium) = installed(&names, remedy) else {
        return;
    };
    let (reporting, reported) = mpsc::sync_channel(1);
    let decide = move |request: &RequestHead| {
        let answer = |response| Err(Refusal::Answer(response));
        match request.target.strip_prefix("/report?") {
            Some(report) => {
                // Nobody listens once the test is over.
                let _ = reporting.try_send(decoded(report));
                answer(Response::new(204))
            }
            None if request.headers.get("Upgrade").is_none() => {
                answer(Response::with_type(200, "text/html; charset=utf-8", PAGE))
            }
            None => {
                let host = request.headers.get("Host").unwrap_or_default();
                let policy = Policy {
                    origins: Origins::Only(vec![format!("http://{host}")]),
                    ..Policy::default()
                };
                policy.check(request)
            }
        }
    };
    let ours = Ours::deciding(decide);
    let profile = tempfile::tempdir().expect("a folder");
    let started = chromium
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("http://{}/", ours.address))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let browser = Browser(started.expect("it starts"));
    let report = reported.recv_timeout(DEADLINE).expect("a report");
    assert_eq!(report.lines().collect::<Vec<_>>(), TOLD);
    assert_eq!(ours.ends(2), ["4000 bye", "4001 done"]);
    drop(browser);
}
