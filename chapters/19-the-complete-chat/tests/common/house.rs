//! The whole chat in memory: accounts, rooms, and all three transports.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use backpressure::Visit;
use gatekeeping::api::{Credentials, Kind, RoomInfo, Secret};
use gatekeeping::{Keeper, Settings};
use history::protocol::{Room, ServerMessage, Text};
use history::{Chat, ClientOptions, Farewell, Halls, MemoryLog, converse};
use tempfile::TempDir;
use the_complete_chat::client::{Account, Guest, News, Transport, Ways};
use the_complete_chat::lines::{LineLimits, Lines};
use tokio_util::sync::CancellationToken;
use wiretap::{Dial, Listen};

/// What it is called.
pub(crate) const HOST: &str = "chat.test";

pub(crate) const PASSWORD: &str = "a long enough password";

/// What is left when the server stops: the accounts, and what was said.
pub(crate) struct House {
    _folder: TempDir,
    keeper: Keeper,
    halls: Halls,
    pub(crate) log: MemoryLog,
}

impl House {
    /// With nobody in it. Passwords cost little here.
    pub(crate) fn new(host: &str) -> Self {
        let mut settings = Settings {
            hosts: vec![host.to_owned()],
            secure_cookies: false,
            ..Settings::default()
        };
        (settings.hashing.memory, settings.hashing.passes) = (8, 1);
        let folder = tempfile::tempdir().expect("a folder");
        let keeper = Keeper::open(folder.path(), settings).expect("accounts");
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        Self {
            _folder: folder,
            keeper,
            halls,
            log,
        }
    }

    /// Serves until `shutdown` resolves.
    pub(crate) fn serve<L: Listen>(
        &self,
        listener: L,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let chat = Chat::new(self.log.clone(), self.halls.clone());
        let guarded = chat.clone().guarded(self.keeper.gate());
        let stopping = CancellationToken::new();
        let lines = Lines::new(LineLimits::default(), stopping.clone());
        let converse = async move |line, visit: Visit| {
            let stop = async move {
                visit.stopping.cancelled().await;
                Farewell::STOPPING
            };
            converse(line, guarded, stop).await;
        };
        let here = |_: &http::request::Parts| IpAddr::V4(Ipv4Addr::LOCALHOST);
        let router = lines.router(here, converse);
        let keeper = self.keeper.clone();
        let from = |_: &L::Io| IpAddr::V4(Ipv4Addr::LOCALHOST);
        let shutdown = async move {
            shutdown.await;
            stopping.cancel();
        };
        gatekeeping::serve(listener, chat, keeper, router, from, shutdown)
    }
}

pub(crate) fn room(name: &str) -> Room {
    Room::new(name).expect("a room")
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).expect("a text")
}

/// Somebody with an account, at the client's end.
pub(crate) struct Person<D: Dial + Clone> {
    pub(crate) account: Arc<Account<D>>,
    pub(crate) guest: Guest<Ways<D>>,
}

impl<D: Dial + Clone> Person<D> {
    /// Signs up and in.
    pub(crate) async fn come(dialer: &D, name: &str, transport: Transport) -> Self {
        Self::come_to(HOST, dialer, name, transport).await
    }

    /// The same, to a house that is called so.
    pub(crate) async fn come_to(
        host: &str,
        dialer: &D,
        name: &str,
        transport: Transport,
    ) -> Self {
        let account = Arc::new(Account::new(dialer.clone(), host));
        let who = Credentials {
            name: name.to_owned(),
            password: Secret::new(PASSWORD),
        };
        account.sign_up(&who).await.expect("a new name");
        account.sign_in(&who).await.expect("the password");
        let seed = name.len() as u64;
        let guest = guest_of(host, &account, dialer, transport, seed);
        Self { account, guest }
    }

    pub(crate) async fn next(&mut self) -> News {
        self.guest.next().await.expect("it goes on")
    }

    /// The next of which `pick` makes something.
    pub(crate) async fn hears<T>(
        &mut self,
        mut pick: impl FnMut(&News) -> Option<T>,
    ) -> T {
        loop {
            let news = self.next().await;
            if let Some(picked) = pick(&news) {
                return picked;
            }
        }
    }

    /// Becomes a member of a room that is made for it, and joins it.
    pub(crate) async fn makes(&mut self, name: &str, kind: Kind) -> RoomInfo {
        let info = self.account.create(name, kind).await.expect("a room");
        self.guest.client().join(info.room.clone(), Some(0));
        info
    }

    pub(crate) fn says(&mut self, room: &Room, words: &str) {
        let said = self.guest.client().say(room.clone(), text(words));
        said.expect("there is room");
    }

    /// The next words that are said anywhere.
    pub(crate) async fn hears_words(&mut self) -> String {
        self.hears(|news| match news {
            News::Told(ServerMessage::Message { text, .. }) => text.clone(),
            _ => None,
        })
        .await
    }
}

/// The client of somebody who is signed in.
pub(crate) fn guest<D: Dial + Clone>(
    account: &Arc<Account<D>>,
    dialer: &D,
    transport: Transport,
    seed: u64,
) -> Guest<Ways<D>> {
    guest_of(HOST, account, dialer, transport, seed)
}

fn guest_of<D: Dial + Clone>(
    host: &str,
    account: &Arc<Account<D>>,
    dialer: &D,
    transport: Transport,
    seed: u64,
) -> Guest<Ways<D>> {
    let url = format!("ws://{host}/chat").parse().expect("a URL");
    let options = ClientOptions {
        seed,
        ..ClientOptions::default()
    };
    let config = options.connection.clone();
    let account = Arc::clone(account);
    let ways = Ways::new(account, dialer.clone(), url, [transport], config);
    Guest::new(ways, options)
}
