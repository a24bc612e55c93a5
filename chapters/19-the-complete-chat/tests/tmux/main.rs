//! The terminal client in a real terminal, at a real server, over TCP.
#![cfg(unix)]

#[path = "../common/house.rs"]
mod house;
mod pane;
#[path = "../../examples/ch19-terminal/screen.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod screen;
mod tls;

use std::net::SocketAddr;
use std::path::Path;

use gatekeeping::api::Kind;
use house::{House, PASSWORD, Person, room};
use pane::{Pane, is_there};
use the_complete_chat::client::Transport;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wiretap::{Tcp, harness};

/// A server that can be stopped and started again at the same place.
struct Server {
    runtime: Runtime,
    address: SocketAddr,
    house: House,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Server {
    fn new() -> Self {
        Self::called(None)
    }

    /// One that is called by this name, and not by its address.
    fn called(host: Option<&str>) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut server = Self {
            runtime,
            address,
            house: House::new(host.unwrap_or(&address.to_string())),
            running: None,
        };
        server.serve(listener);
        server
    }

    fn serve(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let serving = self.runtime.spawn(self.house.serve(listener, stopped));
        self.running = Some((stop, serving));
    }

    fn stop(&mut self) {
        let (stop, serving) = self.running.take().expect("it runs");
        drop(stop);
        self.runtime.block_on(serving).expect("no panic");
    }

    fn start_again(&mut self) {
        let listener = self.runtime.block_on(TcpListener::bind(self.address));
        self.serve(listener.expect("the same port"));
    }

    fn terminal(&self, name: &str, args: &[&str]) -> Pane {
        let url = format!("http://{}", self.address);
        let args = [&["--server", &url, "--name", name], args].concat();
        Pane::run(name, &harness::example("ch19-terminal"), &args)
    }

    /// Somebody else, who makes a room.
    fn benjamin(&self) -> Person<Tcp> {
        let host = self.address.to_string();
        let dialer = Tcp(self.address);
        self.runtime.block_on(async {
            let mut ben =
                Person::come_to(&host, &dialer, "benjamin", Transport::Polls).await;
            ben.makes("harbour", Kind::Public).await;
            ben
        })
    }
}

#[test]
fn the_terminal_client_joins_talks_and_resumes() {
    if !is_there("the terminal client") {
        return;
    }
    let mut server = Server::new();
    let mut ben = server.benjamin();
    let pane = server.terminal("ada", &["--sign-up"]);
    pane.shows("password of ada:");
    pane.enters(PASSWORD);
    let screen = pane.shows("connected as ada");
    assert!(!screen.contains(PASSWORD), "{screen}");
    // Joins.
    pane.enters("/join harbour");
    pane.shows(">#harbour");
    // Talks.
    pane.enters("ahoy");
    let words = server.runtime.block_on(ben.hears_words());
    assert_eq!(words, "ahoy");
    pane.shows("ada: ahoy");
    // Names and words are data.
    ben.says(
        &room("harbour"),
        "\u{1b}]2;owned\u{7}\u{1b}[31m\u{1b}[2Jred",
    );
    server.runtime.block_on(ben.hears_words());
    let screen = pane.shows("[31m");
    assert!(screen.contains("ada: ahoy"), "nothing is cleared: {screen}");
    assert_ne!(pane.knows("pane_title"), "owned");
    // Resumes.
    server.stop();
    pane.shows("cut off");
    pane.enters("is anybody there?");
    pane.shows("1 not accepted yet");
    server.start_again();
    let words = server.runtime.block_on(ben.hears_words());
    assert_eq!(words, "is anybody there?");
    let screen = pane.shows_that("all accepted", |screen| {
        screen.contains("connected as ada") && !screen.contains("not accepted")
    });
    assert_eq!(screen.matches("is anybody there?").count(), 1, "{screen}");
    pane.resize("40", "10");
    pane.shows_that("a narrow screen", |screen| !screen.contains('│'));
    pane.enters("/quit");
    pane.has_ended_with(0);
}

#[test]
fn the_terminal_is_given_back_after_a_signal() {
    if !is_there("signals") {
        return;
    }
    let server = Server::new();
    let pane = server.terminal("carol", &["--sign-up", "--transport", "events"]);
    pane.shows("password of carol:");
    pane.enters(PASSWORD);
    pane.shows("connected as carol");
    assert_eq!(pane.knows("alternate_on"), "1");
    pane.signal("TERM");
    pane.has_ended_with(0);
}

#[test]
fn a_wrong_password_is_told_and_shown_nowhere() {
    if !is_there("a wrong password") {
        return;
    }
    let server = Server::new();
    let pane = server.terminal("dave", &[]);
    pane.shows("password of dave:");
    pane.enters("no password of his");
    let screen = pane.has_ended_with(1);
    assert!(!screen.contains("no password of his"), "{screen}");
}

#[test]
fn the_terminal_is_given_back_after_a_panic() {
    if !is_there("a panic") {
        return;
    }
    let this = std::env::current_exe().expect("a test knows where it is");
    let args = ["--ignored", "--exact", "--nocapture", "panics"];
    let pane = Pane::run("panic", Path::new(&this), &args);
    let screen = pane.has_ended_with(101);
    assert!(screen.contains("on purpose"), "{screen}");
}

/// What the test before this one runs in a terminal.
#[test]
#[ignore = "it takes the terminal, and panics"]
fn panics() {
    let _screen = screen::Screen::take().expect("a terminal");
    // Elsewhere than where the screen is.
    let thread = std::thread::spawn(|| panic!("on purpose"));
    let _never = thread.join();
    unreachable!("the program has ended");
}
