//! The complete chat with its folder, which can be drained or killed and started again, and
//! whose better ways can be blocked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use gatekeeping::Keeper;
use gatekeeping::api::{Credentials, NewPassword, Secret};
use history::{Act, Options, Post, RoomLog as _, SqliteLog};
use operations::{Config, Ended, Period, Service, Site, Trouble, run};
use tempfile::TempDir;
use the_complete_chat::app;
use the_complete_chat::server::Ways;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

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
    service: Service,
    signals: mpsc::Sender<&'static str>,
    served: JoinHandle<Result<Ended, Trouble>>,
}

/// A server's port and folder, while it does not run.
pub(super) struct Stopped {
    address: SocketAddr,
    folder: TempDir,
    blocked: Arc<Blocked>,
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
        let config = self.config();
        let (signals, received) = mpsc::channel(2);
        let (tell, built) = oneshot::channel();
        let blocked = Arc::clone(&self.blocked);
        let served = tokio::spawn(async move {
            let build = |service: &Service| {
                assert!(tell.send(service.clone()).is_ok(), "it is waited for");
                behind_proxy(Ways::default().site(service), &blocked)
            };
            run(&config, build, received).await
        });
        let service = built.await.expect("it starts");
        self.address = service.address;
        Server {
            stopped: self,
            service,
            signals,
            served,
        }
    }

    fn config(&self) -> Config {
        let mut config = Config {
            listen: self.address,
            admin: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: self.folder.path().to_owned(),
            ..Config::default()
        };
        config.limits.rooms = app::ROOMS;
        config.drain.over = Period::from_secs(0);
        config
    }

    fn log(&self) -> SqliteLog {
        let path = self.folder.path().join("rooms.db");
        SqliteLog::open(path, &Options::default(), ()).expect("a log")
    }

    /// Has somebody say so many messages in a room, of which nobody hears now.
    pub(super) async fn says(self, room: &str, numbers: RangeInclusive<u32>) -> Self {
        let log = self.log();
        for number in numbers {
            let post = Post {
                author: "Bob".to_owned(),
                id: None,
                once: false,
                act: Act::Say {
                    text: format!("message {number}"),
                },
            };
            log.append(room, post).await.expect("it is kept");
        }
        log.close().await.expect("nobody else has it");
        self
    }

    /// How much has been said, changed and taken back in a room.
    pub(super) async fn entries(&self, room: &str) -> u64 {
        let log = self.log();
        let since = log.after(room, u64::MAX, 0).await.expect("it can be read");
        log.close().await.expect("nobody else has it");
        since.last
    }
}

fn behind_proxy(site: Site, blocked: &Arc<Blocked>) -> Site {
    let proxy = || from_fn_with_state(Arc::clone(blocked), proxy);
    Site {
        router: site.router.layer(proxy()),
        conversing: site.conversing.layer(proxy()),
        ..site
    }
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

    /// Drains it, as an operator does: everybody is told that it restarts.
    pub(super) async fn drain(self) -> Stopped {
        self.signals.send("SIGTERM").await.expect("it runs");
        drop(self.service);
        let ended = self.served.await.expect("no panic");
        ended.expect("its data are closed");
        self.stopped
    }

    /// Kills it: nobody is told anything.
    pub(super) async fn kill(self) -> Stopped {
        self.served.abort();
        let ended = self.served.await;
        assert!(ended.is_err_and(|error| error.is_cancelled()));
        self.service.close().await.expect("its data are closed");
        self.stopped
    }

    /// Ends all sessions of somebody, who changes the password somewhere else.
    pub(super) async fn ends_sessions_of(&self, name: &str, new: &str) {
        let keeper: &Keeper = &self.service.keeper;
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let credentials = Credentials {
            name: name.to_owned(),
            password: Secret::new(PASSWORD),
        };
        let signed_in = keeper.sign_in(here, &credentials, None).await;
        let (_, token) = signed_in.expect("an account");
        let who = keeper.signed_in(token.reveal()).await.expect("a session");
        let change = NewPassword {
            old: Secret::new(PASSWORD),
            new: Secret::new(new),
        };
        let changed = keeper.change_password(here, &who, &change);
        changed.await.expect("it is changed");
    }
}
