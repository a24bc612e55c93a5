//! The lab of chapter 15: one account, its tickets, and sockets from other pages.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backpressure::{Limits, Rate};
use connection::{Config, Event, Message, connect};
use gatekeeping::api::{Credentials, Secret};
use gatekeeping::{Denied, Hashing, Keeper, KeeperError, Settings};
use handshake::{Offer, Origins, Policy};
use history::{Chat, Halls, MemoryLog};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use wiretap::{Listen, Side};

use super::session::Session;

/// Whose account it is.
const NAME: &str = "ada";
/// How long the connections may take when the lab ends.
const DRAIN: Duration = Duration::from_secs(1);
/// How long a socket from elsewhere may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest origin that is tried.
const LONGEST: usize = 100;

/// A chat with a door, for as long as the lab runs.
pub(crate) struct Gatehouse {
    keeper: Keeper,
    password: Secret,
    /// Of the session, when there is one; the account is made with the first.
    token: Mutex<Token>,
    halls: Halls,
    log: MemoryLog,
    /// What the keeper keeps is in it.
    _folder: TempDir,
}

#[derive(Default)]
enum Token {
    #[default]
    NoAccount,
    SignedOut,
    SignedIn(Secret),
}

impl fmt::Debug for Gatehouse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gatehouse").finish_non_exhaustive()
    }
}

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(crate) enum Order {
    SignIn,
    SignOut,
    Ticket,
    /// Open a socket as a page of this origin would; of none, if it is empty.
    From {
        origin: String,
    },
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Done,
    Ticket {
        ticket: Secret,
        seconds: u64,
    },
    /// In words.
    Told(String),
}

impl Gatehouse {
    pub(crate) fn new() -> Result<Self, KeeperError> {
        let folder = tempfile::tempdir().map_err(|error| {
            KeeperError::Folder(std::env::temp_dir(), error.to_string())
        })?;
        let settings = Settings {
            // One account, of which nobody has the password: it need not be dear.
            hashing: Hashing {
                memory: 8,
                passes: 1,
                ..Hashing::default()
            },
            ..Settings::on_loopback((Ipv4Addr::LOCALHOST, 0).into())
        };
        let halls = Halls::new();
        Ok(Self {
            keeper: Keeper::open(folder.path(), settings)?,
            password: Secret::new(format!("{:032x}", fastrand::u128(..))),
            token: Mutex::default(),
            log: MemoryLog::new(halls.clone()),
            halls,
            _folder: folder,
        })
    }

    /// Signs Ada in, with a new session.
    pub(crate) async fn sign_in(&self) -> Result<(), Denied> {
        let credentials = Credentials {
            name: NAME.to_owned(),
            password: self.password.clone(),
        };
        let from = Ipv4Addr::LOCALHOST.into();
        let is_new = matches!(*self.token(), Token::NoAccount);
        let (_, token) = if is_new {
            self.keeper.sign_up(from, &credentials, None).await?
        } else {
            self.keeper.sign_in(from, &credentials, None).await?
        };
        *self.token() = Token::SignedIn(token);
        Ok(())
    }

    /// Ends her session.
    pub(crate) async fn sign_out(&self) -> Result<(), Denied> {
        let token = match &*self.token() {
            Token::SignedIn(token) => token.clone(),
            Token::NoAccount | Token::SignedOut => return Ok(()),
        };
        self.keeper.sign_out(&[token.reveal().to_owned()]).await?;
        *self.token() = Token::SignedOut;
        Ok(())
    }

    /// A ticket for her, and for how many seconds it is good.
    pub(crate) async fn ticket(&self) -> Result<Outcome, Denied> {
        let token = match &*self.token() {
            Token::SignedIn(token) => token.reveal().to_owned(),
            // The keeper has words for it.
            Token::NoAccount | Token::SignedOut => String::new(),
        };
        let who = self.keeper.signed_in(&token).await?;
        let issued = self.keeper.ticket(&who)?;
        let (ticket, seconds) = (issued.ticket, issued.seconds);
        Ok(Outcome::Ticket { ticket, seconds })
    }

    fn token(&self) -> std::sync::MutexGuard<'_, Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The chapter's chat, for `connections` at a time of the page at `origin`.
    pub(crate) async fn serve<L: Listen>(
        &self,
        listener: L,
        origin: &str,
        connections: usize,
        ended: impl Future<Output = ()>,
    ) {
        let limits = Limits {
            rate: Rate {
                burst: 10,
                interval: Duration::from_millis(500),
            },
            connections,
            connections_per_address: connections,
            drain: DRAIN,
            ..Limits::default()
        };
        let policy = Policy {
            origins: Origins::Only(vec![origin.to_owned()]),
            ..Policy::default()
        };
        let chat = Chat::new(self.log.clone(), self.halls.clone()).limited(limits);
        let chat = chat.guarded(self.keeper.gate());
        let pages = axum::Router::new();
        let from_here = |_: &L::Io| IpAddr::from(Ipv4Addr::LOCALHOST);
        history::serve(listener, chat, policy, pages, from_here, ended).await;
    }
}

impl Session {
    /// The chapter's own gate, tapped.
    pub(crate) async fn serve_door(&self, listener: TcpListener, door: &Gatehouse) {
        let tapped = self.recorder.tap_listener(listener);
        let (origin, most) = (self.rules.page_origin(), self.most_connections());
        door.serve(tapped, origin, most, self.ended()).await;
    }

    /// Does what the page asks for. What fails is told in words.
    pub(crate) async fn obey_at_the_door(
        &self,
        door: &Gatehouse,
        order: Order,
    ) -> Result<Outcome, String> {
        let denied = |denied: Denied| denied.problem().text;
        let note = |text: &str| self.recorder.note(Side::Client, text);
        match order {
            Order::SignIn => {
                door.sign_in().await.map_err(denied)?;
                note("Ada signs in");
                Ok(Outcome::Done)
            }
            Order::SignOut => {
                note("Ada signs out");
                door.sign_out().await.map_err(denied)?;
                Ok(Outcome::Done)
            }
            Order::Ticket => {
                let ticket = door.ticket().await.map_err(denied)?;
                note("Ada's page fetches a ticket");
                Ok(ticket)
            }
            Order::From { origin } => self.knock(&origin).await.map(Outcome::Told),
        }
    }

    /// Opens a socket as a page of `origin` would.
    async fn knock(&self, origin: &str) -> Result<String, String> {
        if origin.len() > LONGEST || !origin.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err("an origin has no such characters, and not so many".to_owned());
        }
        let knocking = timeout(PATIENCE, knock(self.rules.host(), origin));
        let late = "nothing was answered for five seconds".to_owned();
        knocking.await.unwrap_or(Err(late))
    }
}

/// Opens a socket, and shows a ticket that somebody has guessed.
async fn knock(host: &str, origin: &str) -> Result<String, String> {
    let words = |error: &dyn fmt::Display| error.to_string();
    let address: SocketAddr = host.parse().map_err(|error| words(&error))?;
    let url = format!("ws://{host}/chat");
    let mut offer = Offer::new(&url.parse().map_err(|error| words(&error))?);
    if !origin.is_empty() {
        offer.headers.append("Origin", origin);
    }
    let io = TcpStream::connect(address).await;
    let io = io.map_err(|error| words(&error))?;
    let websocket = match connect(io, offer, Config::default()).await {
        Ok((websocket, _)) => websocket,
        Err(refused) => return Ok(format!("refused: {refused}")),
    };
    let (mut reader, mut writer) = websocket.split();
    let hello = r#"{"type":"hello","version":3,"ticket":"AAAAAAAAAAAAAAAAAAAAAA"}"#;
    // Whether it is heard is seen below.
    let _ = writer.send(Message::Text(hello.into())).await;
    let _ = writer.flush().await;
    while let Some(event) = reader.read().await {
        if let Event::Closed(closed) = event {
            return Ok(format!("the handshake is accepted; then: {closed}"));
        }
    }
    Ok("the connection is lost".to_owned())
}
