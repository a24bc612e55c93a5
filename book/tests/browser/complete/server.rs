//! The complete chat with its folder, which can be killed and started again, and whose better
//! ways can be blocked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use backpressure::{Entrance, Limits, Visit, address_of, serve_websockets};
use connection::WebSocket;
use gatekeeping::api::{Credentials, NewPassword, Secret};
use gatekeeping::{Client, Door, Hashing, Keeper, Settings, site};
use history::{
    Act, Chat, Farewell, Halls, Line, Options, Post, RoomLog as _, SqliteLog,
    WebSocketLine, converse,
};
use tempfile::TempDir;
use the_complete_chat::app;
use the_complete_chat::lines::{LineLimits, Lines, RequestLine};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The password of everybody.
pub(super) const PASSWORD: &str = "correct horse battery";

/// What a proxy on the way does not let through.
#[derive(Debug, Default)]
pub(super) struct Blocked {
    pub(super) websockets: AtomicBool,
    pub(super) streams: AtomicBool,
}

/// A server in this process.
pub(super) struct Server {
    stopped: Stopped,
    log: SqliteLog,
    keeper: Keeper,
    lines: Lines,
    stopping: CancellationToken,
    served: JoinHandle<()>,
}

/// A server's port and folder, while it does not run.
pub(super) struct Stopped {
    address: SocketAddr,
    folder: TempDir,
    pub(super) blocked: Arc<Blocked>,
}

impl Stopped {
    /// On a free port, with nobody there so far.
    pub(super) fn new() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            folder: tempfile::tempdir().expect("a folder"),
            blocked: Arc::default(),
        }
    }

    pub(super) async fn start(mut self) -> Server {
        let listener = TcpListener::bind(self.address).await.expect("its port");
        self.address = listener.local_addr().expect("it is bound");
        let halls = Halls::new();
        let file = self.folder.path().join("rooms.db");
        let log = SqliteLog::open(file, &Options::default(), halls.clone());
        let log = log.expect("a log");
        let keeper = Keeper::open(self.folder.path(), settings(self.address));
        let keeper = keeper.expect("a keeper");
        let chat = Chat::new(log.clone(), halls).limited(Limits {
            rooms: app::ROOMS,
            connections_per_address: 64,
            ..Limits::default()
        });
        let chat = chat.guarded(keeper.gate());
        let stopping = CancellationToken::new();
        let lines = Lines::new(LineLimits::default(), stopping.clone());
        let entrance = entrance(&self, &chat, &keeper, &lines);
        let talk = |websocket: WebSocket<TcpStream>, visit: Visit| {
            conversation(WebSocketLine::from(websocket), chat, visit)
        };
        let stop = stopping.clone().cancelled_owned();
        let served =
            tokio::spawn(serve_websockets(listener, entrance, address_of, talk, stop));
        Server {
            stopped: self,
            log,
            keeper,
            lines,
            stopping,
            served,
        }
    }
}

type Guarded = Chat<SqliteLog, Halls, Door>;

fn settings(address: SocketAddr) -> Settings {
    Settings {
        // What it costs to try a password is tried by chapter 15.
        hashing: Hashing {
            memory: 8,
            passes: 1,
            ..Hashing::default()
        },
        ..Settings::on_loopback(address)
    }
}

fn entrance(
    stopped: &Stopped,
    chat: &Guarded,
    keeper: &Keeper,
    lines: &Lines,
) -> Entrance {
    let limits = Arc::clone(chat.limits());
    let talker = chat.clone();
    let talk = move |line: RequestLine, visit: Visit| conversation(line, talker, visit);
    let from = |parts: &Parts| {
        let client = parts.extensions.get::<Client>();
        client.map_or(IpAddr::from(Ipv4Addr::LOCALHOST), |client| client.0)
    };
    let pages = app::router().merge(lines.router(from, talk));
    let router: Router = site(keeper, &limits, pages);
    let blocked = from_fn_with_state(Arc::clone(&stopped.blocked), proxy);
    Entrance {
        limits,
        router: router.layer(blocked),
        proxies: Vec::new(),
    }
}

async fn conversation<T: Line>(line: T, chat: Guarded, visit: Visit) {
    let stop = async move {
        visit.stopping.cancelled().await;
        Farewell::STOPPING
    };
    converse(line, chat, stop).await;
}

/// A proxy that knows no WebSockets, or no answers without an end.
async fn proxy(
    State(blocked): State<Arc<Blocked>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_blocked = match path {
        "/chat" => blocked.websockets.load(Relaxed),
        _ => path.ends_with("/events") && blocked.streams.load(Relaxed),
    };
    if is_blocked {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

impl Server {
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.stopped.address)
    }

    pub(super) fn blocked(&self) -> &Blocked {
        &self.stopped.blocked
    }

    /// Stops it, with what every client is told then.
    pub(super) async fn stop(self) -> Stopped {
        self.stopping.cancel();
        self.served.await.expect("no panic");
        self.lines.ended().await;
        self.log.close().await.expect("nobody else has it");
        self.keeper.close().await.expect("nobody else has it");
        self.stopped
    }

    /// Kills it: nobody on a WebSocket is told anything.
    pub(super) async fn kill(self) -> Stopped {
        self.served.abort();
        let ended = self.served.await;
        assert!(ended.is_err_and(|error| error.is_cancelled()));
        self.stopping.cancel();
        self.lines.ended().await;
        self.log.close().await.expect("nobody else has it");
        self.keeper.close().await.expect("nobody else has it");
        self.stopped
    }

    /// Has somebody say so many messages in a room.
    pub(super) async fn says(
        &self,
        name: &str,
        room: &str,
        numbers: RangeInclusive<u32>,
    ) {
        for number in numbers {
            let post = Post {
                author: name.to_owned(),
                id: None,
                once: false,
                act: Act::Say {
                    text: format!("message {number}"),
                },
            };
            self.log.append(room, post).await.expect("it is kept");
        }
    }

    /// How much has been said, changed and taken back in a room.
    pub(super) async fn entries(&self, room: &str) -> u64 {
        let since = self.log.after(room, u64::MAX, 0).await;
        since.expect("it can be read").last
    }

    /// Ends all sessions of somebody, who changes the password somewhere else.
    pub(super) async fn ends_sessions_of(&self, name: &str, new: &str) {
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let credentials = Credentials {
            name: name.to_owned(),
            password: Secret::new(PASSWORD),
        };
        let signed_in = self.keeper.sign_in(here, &credentials, None).await;
        let (_, token) = signed_in.expect("an account");
        let who = self.keeper.signed_in(token.reveal()).await;
        let change = NewPassword {
            old: Secret::new(PASSWORD),
            new: Secret::new(new),
        };
        let who = who.expect("a session");
        let changed = self.keeper.change_password(&who, &change).await;
        changed.expect("it is changed");
    }
}
