//! A terminal in which a program runs, as somebody would see it: a pane of tmux.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// How long may pass until something is seen. A client that was cut off waits for ten
/// seconds of it.
const DEADLINE: Duration = Duration::from_secs(60);

/// A pane of a tmux of its own, which ends with it.
pub(crate) struct Pane {
    socket: String,
    control: Child,
    /// Something was written into the pane.
    changed: Receiver<()>,
}

/// Whether there is a tmux. Without one, what is not tested is said past the test harness,
/// which would swallow it; in CI that is a failure.
pub(crate) fn is_there(what: &str) -> bool {
    let version = Command::new("tmux").arg("-V").output();
    if version.is_ok_and(|output| output.status.success()) {
        return true;
    }
    let how = "no tmux here: install it (Debian: apt install tmux)";
    assert!(std::env::var_os("CI").is_none(), "{what}: {how}");
    writeln!(std::io::stderr(), "\nignored: {what}: {how}").expect("stderr is open");
    false
}

impl Pane {
    /// Runs a program in a shell, which says how it has ended, how the terminal is then, and
    /// waits.
    pub(crate) fn run(name: &str, program: &Path, args: &[&str]) -> Self {
        // Those are plain words: nothing in them has a meaning for a shell.
        let program = format!("'{}' {}", program.display(), args.join(" "));
        Self::run_line(name, &program)
    }

    /// The same with a line for the shell.
    pub(crate) fn run_line(name: &str, program: &str) -> Self {
        let socket = format!("ch19-{name}-{}", std::process::id());
        let script = format!(
            "{program}; echo \"ended with $?\"; stty -a | grep -o -e '-*echo ' -e '-*icanon'; \
             cat"
        );
        let mut start = Self::tmux(&socket);
        start.args(["new-session", "-d", "-x", "80", "-y", "20", "sh", "-c"]);
        let started = start.arg(&script).env("SHELL", "/bin/sh").status();
        assert!(started.expect("tmux is there").success());
        let mut attach = Self::tmux(&socket);
        attach.args(["-C", "attach"]).stdin(Stdio::piped());
        let control = attach.stdout(Stdio::piped()).spawn();
        let mut control = control.expect("tmux is there");
        let told = BufReader::new(control.stdout.take().expect("a pipe"));
        let (tell, changed) = sync_channel(1);
        std::thread::spawn(move || {
            // In control mode tmux says whenever a program writes something.
            for _line in told.lines().map_while(Result::ok) {
                let _ = tell.try_send(());
            }
        });
        Self {
            socket,
            control,
            changed,
        }
    }

    /// Without anybody's configuration.
    fn tmux(socket: &str) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.args(["-f", "/dev/null", "-u", "-L", socket]);
        tmux.env("LC_ALL", "C.UTF-8").env_remove("TMUX");
        for variable in ["CHAT_PASSWORD", "CHAT_NAME", "SSL_CERT_FILE"] {
            tmux.env_remove(variable);
        }
        tmux
    }

    fn ask(&self, args: &[&str]) -> String {
        let output = Self::tmux(&self.socket).args(args).output();
        let output = output.expect("tmux is there");
        let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {wrong}");
        String::from_utf8(output.stdout).expect("text")
    }

    pub(crate) fn screen(&self) -> String {
        self.ask(&["capture-pane", "-p"])
    }

    /// What tmux knows of the pane.
    pub(crate) fn knows(&self, what: &str) -> String {
        let format = format!("#{{{what}}}");
        self.ask(&["display", "-p", &format]).trim().to_owned()
    }

    /// Waits until this is seen; the whole screen.
    pub(crate) fn shows(&self, words: &str) -> String {
        self.shows_that(words, |screen| screen.contains(words))
    }

    pub(crate) fn shows_that(
        &self,
        what: &str,
        is_so: impl Fn(&str) -> bool,
    ) -> String {
        let end = Instant::now() + DEADLINE;
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            let left = end.saturating_duration_since(Instant::now());
            let changed = self.changed.recv_timeout(left);
            assert!(changed.is_ok(), "{what} is not seen:\n{screen}");
        }
    }

    pub(crate) fn types(&self, text: &str) {
        self.ask(&["send-keys", "-l", text]);
    }

    pub(crate) fn enters(&self, line: &str) {
        self.types(line);
        self.key("Enter");
    }

    pub(crate) fn key(&self, key: &str) {
        self.ask(&["send-keys", key]);
    }

    pub(crate) fn resize(&self, columns: &str, rows: &str) {
        self.ask(&["resize-window", "-x", columns, "-y", rows]);
    }

    /// Sends a signal to the program in the pane.
    pub(crate) fn signal(&self, signal: &str) {
        let shell = self.knows("pane_pid");
        let signalled = Command::new("pkill")
            .args([&format!("-{signal}"), "-P", &shell])
            .status();
        assert!(signalled.expect("pkill is there").success());
    }

    /// The program has ended in this way, and the terminal is as it was before.
    pub(crate) fn has_ended_with(&self, code: i32) -> String {
        let screen = self.shows_that("the end", |screen| {
            screen.contains(&format!("ended with {code}\n"))
                && screen.contains("icanon")
        });
        assert!(!screen.contains("-icanon"), "still raw:\n{screen}");
        assert!(!screen.contains("-echo"), "still without echo:\n{screen}");
        assert_eq!(self.knows("alternate_on"), "0", "{screen}");
        screen
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        let _ = Self::tmux(&self.socket).arg("kill-server").status();
        let _ = self.control.wait();
    }
}
