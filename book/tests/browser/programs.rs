//! The two programs of these tests: the book and a browser. Both end with their handles.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// How long a program may take to say where it is.
const START: Duration = Duration::from_secs(60);

/// What the browser does with cookies of other sites than the page's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ThirdParty {
    /// It sends them, if they let it: Chromium's own setting.
    Sent,
    /// It sends none: the setting of Debian's Chromium, among others.
    Blocked,
}

impl ThirdParty {
    fn preferences(self) -> &'static str {
        match self {
            Self::Sent => r#"{"profile":{"cookie_controls_mode":0}}"#,
            Self::Blocked => r#"{"profile":{"cookie_controls_mode":1}}"#,
        }
    }
}

/// A program that is killed when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.0.id())
    }
}

/// The book program, serving.
#[derive(Debug)]
pub(crate) struct Book {
    /// `http://localhost:PORT`, or `http://127.0.0.1:PORT` for a static site.
    pub(crate) origin: String,
    _running: Running,
}

impl Book {
    /// Starts it on a free port.
    pub(crate) fn serve() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_book"))
            .args(["serve", "--port", "0"])
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the book program starts");
        let output = child.stdout.take().expect("piped");
        let running = Running(child);
        let origin = first(output, "the book's address", |line| {
            let at = line.find("http://localhost:")?;
            let end = line[at..].find("/ ").or(line[at..].find("/\u{1b}"))?;
            Some(line[at..at + end].to_owned())
        });
        Self {
            origin,
            _running: running,
        }
    }

    /// Builds the static site into `folder`.
    pub(crate) fn build(folder: &Path) {
        let built = Command::new(env!("CARGO_BIN_EXE_book"))
            .arg("build")
            .arg("--out")
            .arg(folder)
            .current_dir(root())
            .output()
            .expect("the book program starts");
        let errors = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{errors}");
    }
}

fn root() -> &'static Path {
    let book = Path::new(env!("CARGO_MANIFEST_DIR"));
    book.parent().expect("the book is in the workspace")
}

/// A browser without a window, with a profile of its own.
#[derive(Debug)]
pub(crate) struct Chromium {
    /// Where its DevTools listen.
    pub(crate) address: String,
    _running: Running,
    _profile: TempDir,
}

impl Chromium {
    /// The browser of this machine, if there is one.
    pub(crate) fn find() -> Option<PathBuf> {
        if let Some(named) = std::env::var_os("CHROMIUM") {
            return Some(named.into());
        }
        let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
        let path = std::env::var_os("PATH")?;
        let mut found = std::env::split_paths(&path).flat_map(|folder| {
            names.map(|name| {
                folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
            })
        });
        found.find(|program| program.is_file())
    }

    /// Starts it.
    pub(crate) fn launch(program: &Path, cookies: ThirdParty) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let folder = profile.path().join("Default");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("Preferences"), cookies.preferences())
            .expect("written");
        let mut child = Command::new(program)
            .args([
                "--headless=new",
                "--remote-debugging-port=0",
                // It opens this book's pages and no others, in CI often as root.
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the browser starts");
        let output = child.stderr.take().expect("piped");
        let running = Running(child);
        let address = first(output, "the address of the browser's DevTools", |line| {
            line.strip_prefix("DevTools listening on ")
                .map(str::to_owned)
        });
        Self {
            address,
            _running: running,
            _profile: profile,
        }
    }
}

/// The first line of `output` in which `find` finds something. The rest is read and
/// forgotten: a full pipe would stop the program.
fn first(
    output: impl Read + Send + 'static,
    what: &str,
    find: impl Fn(&str) -> Option<String> + Send + 'static,
) -> String {
    let (told, found) = mpsc::sync_channel(1);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(text) = find(&line) {
                // Only the first is waited for.
                let _ = told.try_send(text);
            }
        }
    });
    match found.recv_timeout(START) {
        Ok(text) => text,
        Err(error) => panic!("waited for {what}: {error}"),
    }
}
