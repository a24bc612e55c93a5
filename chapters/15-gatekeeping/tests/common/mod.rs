//! A server with a door, at the other end of a network, and those who come to it.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod guest;
pub(crate) mod visitor;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use backpressure::Limits;
use gatekeeping::{Hashing, Keeper, Settings, serve};
use history::{Chat, Halls, MemoryLog};
use tempfile::TempDir;
use tokio::time::Instant;
use wiretap::{Link, LinkDialer, LinkStream, Recorder, harness};

pub(crate) use guest::Guest;
pub(crate) use visitor::Visitor;

pub(crate) const HOST: &str = "chat.test";
pub(crate) const ORIGIN: &str = "http://chat.test";
pub(crate) const PASSWORD: &str = "a key to the harbour";

/// A server, and what it keeps.
pub(crate) struct Town {
    pub(crate) dialer: LinkDialer,
    pub(crate) keeper: Keeper,
    pub(crate) folder: TempDir,
    pub(crate) recorder: Recorder,
    /// What the operator is told.
    pub(crate) reports: Arc<Mutex<Vec<String>>>,
    from: Arc<Mutex<IpAddr>>,
}

/// Settings for a server without TLS that hashes fast.
pub(crate) fn settings() -> Settings {
    Settings {
        origins: vec![ORIGIN.to_owned()],
        hosts: vec![HOST.to_owned()],
        secure_cookies: false,
        hashing: Hashing {
            memory: 8,
            passes: 1,
            ..Hashing::default()
        },
        ..Settings::default()
    }
}

/// A keeper whose clock goes with tokio's.
pub(crate) fn keeper(folder: &TempDir, settings: Settings) -> Keeper {
    let start = Instant::now();
    let keeper = Keeper::open(folder.path(), settings).expect("a folder");
    let day = Duration::from_secs(1_800_000_000);
    keeper.timed(move || UNIX_EPOCH + day + start.elapsed())
}

impl Town {
    pub(crate) fn new(settings: Settings) -> Self {
        Self::limited(settings, Limits::default())
    }

    pub(crate) fn limited(settings: Settings, limits: Limits) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let reports: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&reports);
        let keeper = keeper(&folder, settings).reporting(move |error| {
            told.lock().expect("no panic").push(error.to_string());
        });
        let recorder = Recorder::new("a chat with a door");
        let (dialer, listener) = Link::new().network(&recorder);
        let from = Arc::new(Mutex::new(IpAddr::from(Ipv4Addr::new(192, 0, 2, 1))));
        let now = Arc::clone(&from);
        let halls = Halls::new();
        let chat = Chat::new(MemoryLog::new(halls.clone()), halls).limited(limits);
        let pages = Router::new().route("/", get("the page"));
        tokio::spawn(serve(
            listener,
            chat,
            keeper.clone(),
            pages,
            move |_: &LinkStream| *now.lock().expect("no panic"),
            std::future::pending(),
        ));
        Self {
            dialer,
            keeper,
            folder,
            recorder,
            reports,
            from,
        }
    }

    /// From where those come who come now.
    pub(crate) fn all_come_from(&self, address: &str) {
        *self.from.lock().expect("no panic") = address.parse().expect("an address");
    }

    /// Somebody who has no account yet.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(self.dialer.clone())
    }

    /// Somebody who has just signed up.
    pub(crate) async fn citizen(&self, name: &str) -> Visitor {
        let mut visitor = self.visitor();
        let answer = visitor.sign_up(name, PASSWORD).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        visitor
    }

    /// The same, connected.
    pub(crate) async fn guest(&self, name: &str) -> (Visitor, Guest) {
        let mut visitor = self.citizen(name).await;
        let guest = self.connect(&mut visitor).await;
        (visitor, guest)
    }

    /// Another connection of somebody.
    pub(crate) async fn connect(&self, visitor: &mut Visitor) -> Guest {
        let ticket = visitor.ticket().await;
        let mut guest = Guest::connect(&self.dialer).await;
        guest.hello(&ticket).await;
        guest.hears("welcome").await;
        guest
    }
}

/// Runs a scenario in a town.
pub(crate) fn in_town<F: Future<Output = ()> + Send>(
    what: &str,
    scenario: impl FnOnce(Town) -> F + Send + 'static,
) {
    in_town_with(what, settings(), scenario);
}

/// The same with other settings.
pub(crate) fn in_town_with<F: Future<Output = ()> + Send>(
    what: &str,
    settings: Settings,
    scenario: impl FnOnce(Town) -> F + Send + 'static,
) {
    harness::run(what, async move {
        scenario(Town::new(settings)).await;
    });
}
