//! A suite for the behaviour of a chat server, whatever it is made of.
//!
//! It knows the [protocol](crate::protocol), and a [`Door`]: a way to open connections, and a
//! URL. It speaks through chapter 9's client. Each [`Case`] brings people into rooms of its
//! own, so that the cases may run one after the other or all at once, and against a server
//! that others use as well.
//!
//! It needs no clock. That something is *not* heard is found out by a message that is said
//! after it: what comes instead of that should not have come. Only what never comes takes
//! time, [`PATIENCE`].

mod client;
mod meeting;
mod presence;
mod refusals;
mod talking;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use handshake::{Offer, WebSocketUrl};
use tokio::time::timeout;
use wiretap::Dial;

use crate::protocol::{MAX_MESSAGE, Name, Room};

pub use client::Client;

/// How long the suite waits for something to come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What came of a case: what was seen instead of what the protocol says, if that is not it.
pub type Checked<T = ()> = Result<T, String>;

/// What a server has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// A hello is answered with a welcome, and the name without the blanks around it.
    Welcome,
    /// Before the hello there is nothing, and after it no second one.
    HelloFirst,
    /// Another version is refused, and the client may try one that is known.
    Versions,
    /// Who says nothing is closed with 4001.
    Silence,
    /// A ping changes nothing, before the hello and after it.
    Pings,
    /// Who joins hears who is there, and those hear who has come. Joining twice is harmless.
    Joining,
    /// Messages are numbered from 1, and who joins hears of those that come then.
    Numbers,
    /// Texts, names and ids arrive as they were.
    AnyText,
    /// Whoever speaks at the same time, everybody hears the same order.
    Order,
    /// What is said in a room stays there, and only who is in it may speak.
    Apart,
    /// Who leaves hears nothing more, and the others hear that they are gone.
    Leaving,
    /// So they do when a connection is lost.
    Lost,
    /// A person with two windows comes once and leaves once.
    Windows,
    /// The others hear who is writing.
    Typing,
    /// Whatever is wrong with a message, the answer names it, and the connection lives on.
    Refusals,
    /// What is as long as it may be is taken, and what is longer is refused.
    Limits,
    /// A connection is in sixteen rooms at the most.
    Rooms,
    /// A binary message closes the connection with 1003.
    Binary,
    /// A message that is too large closes it with 1009.
    TooLarge,
}

impl Case {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Welcome,
        Self::HelloFirst,
        Self::Versions,
        Self::Silence,
        Self::Pings,
        Self::Joining,
        Self::Numbers,
        Self::AnyText,
        Self::Order,
        Self::Apart,
        Self::Leaving,
        Self::Lost,
        Self::Windows,
        Self::Typing,
        Self::Refusals,
        Self::Limits,
        Self::Rooms,
        Self::Binary,
        Self::TooLarge,
    ];
}

/// A test for each case, named after it: the function is given the
/// [`Case`](crate::behaviour::Case), and panics if it does not hold.
#[macro_export]
macro_rules! behaviour_tests {
    ($holds:path) => {
        $crate::behaviour_tests! { @ $holds:
                    welcome: Welcome,
                    hello_first: HelloFirst,
                    versions: Versions,
                    silence: Silence,
                    pings: Pings,
                    joining: Joining,
                    numbers: Numbers,
                    any_text: AnyText,
                    order: Order,
                    apart: Apart,
                    leaving: Leaving,
                    lost: Lost,
                    windows: Windows,
                    typing: Typing,
                    refusals: Refusals,
                    limits: Limits,
                    rooms: Rooms,
                    binary: Binary,
                    too_large: TooLarge,
        }
    };
    (@ $holds:path: $($test:ident: $case:ident),* $(,)?) => {
        $(#[test] fn $test() { $holds($crate::behaviour::Case::$case); })*

        #[test]
        fn every_case_has_its_test() {
            use $crate::behaviour::Case;
            assert_eq!([$(Case::$case),*], Case::ALL);
        }
    };
}

/// The way to a server.
#[derive(Debug)]
pub struct Door<D> {
    dial: D,
    url: WebSocketUrl,
    mark: String,
    rooms: AtomicU64,
}

impl<D: Dial> Door<D> {
    /// The server that `dial` leads to, at this `ws:` URL.
    ///
    /// # Panics
    ///
    /// If that is none.
    pub fn new(dial: D, url: &str) -> Self {
        Self {
            dial,
            url: url.parse().expect("a ws: URL"),
            mark: "room".to_owned(),
            rooms: AtomicU64::new(0),
        }
    }

    /// With another beginning for the names of its rooms. A server that remembers its rooms
    /// needs one that it has not seen.
    #[must_use]
    pub fn with_mark(self, mark: &str) -> Self {
        Self {
            mark: mark.to_owned(),
            ..self
        }
    }

    /// A room that nobody has been in.
    ///
    /// # Panics
    ///
    /// If the mark is not made of what rooms are.
    pub fn room(&self) -> Room {
        let number = self.rooms.fetch_add(1, Ordering::Relaxed);
        Room::new(&format!("{}-{number}", self.mark)).expect("a room")
    }

    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub async fn open(&self) -> Checked<Client<D::Io>> {
        let opening = async {
            let io = self.dial.dial().await.map_err(|error| error.to_string())?;
            // It may say more than it may: that is tried as well.
            let config = connection::Config::default().max_message(8 * MAX_MESSAGE);
            let connected =
                connection::connect(io, Offer::new(&self.url), config).await;
            connected.map_err(|error| error.to_string())
        };
        let opened = timeout(PATIENCE, opening).await;
        let (websocket, _terms) = opened.map_err(|_| "no handshake comes")??;
        Ok(Client::new(websocket))
    }

    /// Opens a connection, and says hello.
    ///
    /// # Errors
    ///
    /// When that is not answered with a welcome.
    pub async fn guest(&self, name: &str) -> Checked<Client<D::Io>> {
        let mut client = self.open().await?;
        client
            .hello(&Name::new(name).map_err(|problem| problem.to_string())?)
            .await?;
        Ok(client)
    }
}

/// Finds out whether a server does what one case asks for.
///
/// # Errors
///
/// What it does instead.
///
/// # Cancel safety
///
/// To drop it is to drop its connections.
pub async fn check<D: Dial>(door: &Door<D>, case: Case) -> Checked {
    match case {
        Case::Welcome => meeting::welcome(door).await,
        Case::HelloFirst => meeting::hello_first(door).await,
        Case::Versions => meeting::versions(door).await,
        Case::Silence => meeting::silence(door).await,
        Case::Pings => meeting::pings(door).await,
        Case::Joining => presence::joining(door).await,
        Case::Numbers => talking::numbers(door).await,
        Case::AnyText => talking::any_text(door).await,
        Case::Order => talking::order(door).await,
        Case::Apart => talking::apart(door).await,
        Case::Leaving => presence::leaving(door).await,
        Case::Lost => presence::lost(door).await,
        Case::Windows => presence::windows(door).await,
        Case::Typing => presence::typing(door).await,
        Case::Refusals => refusals::refusals(door).await,
        Case::Limits => refusals::limits(door).await,
        Case::Rooms => refusals::rooms(door).await,
        Case::Binary => refusals::binary(door).await,
        Case::TooLarge => refusals::too_large(door).await,
    }
}

/// Finds out whether a server does what all cases ask for.
///
/// # Panics
///
/// If not: with all that it does instead.
///
/// # Cancel safety
///
/// To drop it is to drop its connections.
pub async fn examine<D: Dial>(door: &Door<D>) {
    let mut faults = Vec::new();
    for case in Case::ALL {
        if let Err(fault) = check(door, case).await {
            faults.push(format!("{case:?}: {fault}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
