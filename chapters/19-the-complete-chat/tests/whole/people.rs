//! People with accounts at the whole server.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use gatekeeping::api::{Credentials, Secret};
use history::protocol::{Room, ServerMessage, Text};
use history::{ClientOptions, Pace};
use the_complete_chat::client::{Account, Guest, News, Transport, Ways};
use wiretap::Tcp;

/// Far longer than anything takes.
const DEADLINE: Duration = Duration::from_secs(60);

/// Runs a scenario with the system's clock: there are files, and threads of their own.
pub(crate) fn run(what: &str, scenario: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    let ended =
        runtime.block_on(async { tokio::time::timeout(DEADLINE, scenario).await });
    ended.unwrap_or_else(|_| panic!("{what}: no end after {DEADLINE:?}"));
}

/// Somebody with an account, who is in a room.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) account: Arc<Account<Tcp>>,
    guest: Guest<Ways<Tcp>>,
    room: Option<Room>,
    /// The room's entries: numbers and words.
    pub(crate) heard: Vec<(u64, String)>,
}

impl Person {
    /// Signs up and in, and comes over this transport alone.
    pub(crate) async fn come(
        address: SocketAddr,
        name: &'static str,
        over: Transport,
    ) -> Self {
        let account = Arc::new(Account::new(Tcp(address), address.to_string()));
        let credentials = Credentials {
            name: name.to_owned(),
            password: Secret::new("correct horse battery"),
        };
        account.sign_up(&credentials).await.expect("an account");
        account.sign_in(&credentials).await.expect("a session");
        let url = format!("ws://{address}/chat").parse().expect("a URL");
        let config = connection::Config::default();
        let ways = Ways::new(Arc::clone(&account), Tcp(address), url, [over], config);
        let options = ClientOptions {
            pace: Pace {
                first: Duration::from_millis(100),
                base: Duration::from_millis(50),
                most: Duration::from_millis(500),
                steady: Duration::from_secs(1),
            },
            connect_deadline: ways.deadline(),
            ..ClientOptions::default()
        };
        Self {
            name,
            account,
            guest: Guest::new(ways, options),
            room: None,
            heard: Vec::new(),
        }
    }

    /// Enters a room, and waits until it is in it.
    pub(crate) async fn join(&mut self, room: &Room) {
        self.account.enter(room).await.expect("it may enter");
        self.guest.client().join(room.clone(), Some(0));
        self.room = Some(room.clone());
        while !matches!(self.next().await, News::Told(ServerMessage::Joined { .. })) {}
    }

    pub(crate) fn say(&mut self, text: &str) {
        let room = self.room.clone().expect("a room");
        let text = Text::new(text).expect("a text");
        self.guest
            .client()
            .say(room, text)
            .expect("few are pending");
    }

    /// Listens until it has heard so many, and has an answer to all it has said.
    async fn hears(&mut self, count: usize) {
        while self.heard.len() < count || self.guest.client().pending() > 0 {
            self.next().await;
        }
    }

    pub(crate) async fn next(&mut self) -> News {
        let news = self.guest.next().await.expect("it goes on");
        match &news {
            News::Failed(why) => panic!("{}: {why}", self.name),
            News::Told(ServerMessage::Message { seq, text, .. }) => {
                let text = text.clone().expect("nothing is deleted");
                self.heard.push((*seq, text));
            }
            _ => {}
        }
        news
    }
}

/// All of them listen until they have heard so many, and have an answer to all they said.
pub(crate) async fn all_hear(people: &mut [Person], count: usize) {
    join_all(people.iter_mut().map(|person| person.hears(count))).await;
}

/// Does something while these listen.
pub(crate) async fn meanwhile<T>(
    people: &mut [Person],
    something: impl Future<Output = T>,
) -> T {
    let listening = people.iter_mut().map(async |person| {
        loop {
            person.next().await;
        }
    });
    tokio::select! {
        done = something => done,
        _never = join_all(listening) => unreachable!("they listen for ever"),
    }
}
