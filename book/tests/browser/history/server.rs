//! Chapter 14's server with its file, which can be killed and started again.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

use backpressure::address_of;
use handshake::{Origins, Policy};
use history::{
    Act, Audience, Chat, Halls, Options, Post, RoomLog as _, SqliteLog, pages, serve,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use wiretap::Listen;

use crate::gate::{Gate, Gated, GatedListener};

/// The room of all tests.
const ROOM: &str = "tea-room";

/// A server in this process.
pub(super) struct Server {
    stopped: Stopped,
    log: SqliteLog,
    served: JoinHandle<()>,
}

/// A server's port and file, while it does not run.
pub(super) struct Stopped {
    address: SocketAddr,
    file: TempDir,
}

impl Stopped {
    /// On a free port, with nothing said so far.
    pub(super) fn new() -> Self {
        Self {
            address: "127.0.0.1:0".parse().expect("an address"),
            file: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Has somebody say so many messages, of which nobody hears now.
    pub(super) async fn says(self, numbers: RangeInclusive<u32>) -> Self {
        let log = self.log(());
        for number in numbers {
            let text = format!("message {number}");
            let post = Post {
                author: "Bob".to_owned(),
                id: None,
                once: false,
                act: Act::Say { text },
            };
            log.append(ROOM, post).await.expect("it is kept");
        }
        self
    }

    /// Has it forget everything, as an operator does who puts back an older file.
    pub(super) fn put_back(self) -> Self {
        let file = tempfile::tempdir().expect("a folder");
        Self { file, ..self }
    }

    pub(super) async fn start(self) -> Server {
        let listener = TcpListener::bind(self.address).await.expect("its port");
        let address = listener.local_addr().expect("it is bound");
        self.serve(address, listener, address_of)
    }

    /// On a free port, behind a gate.
    pub(super) async fn start_gated(self) -> (Server, Gate) {
        let listener = GatedListener::bind().await;
        let (address, gate) = (listener.address(), listener.gate.clone());
        let from_here = |_: &Gated| Ipv4Addr::LOCALHOST.into();
        (self.serve(address, listener, from_here), gate)
    }

    fn serve<L: Listen>(
        mut self,
        address: SocketAddr,
        listener: L,
        address_of: impl Fn(&L::Io) -> IpAddr + Send + 'static,
    ) -> Server {
        self.address = address;
        let halls = Halls::new();
        let log = self.log(halls.clone());
        let policy = Policy {
            origins: Origins::Any,
            ..Policy::default()
        };
        let chat = Chat::new(log.clone(), halls);
        let never = std::future::pending();
        let serving = serve(listener, chat, policy, pages(), address_of, never);
        Server {
            stopped: self,
            log,
            served: tokio::spawn(serving),
        }
    }

    fn log(&self, audience: impl Audience) -> SqliteLog {
        let path = self.file.path().join("rooms.db");
        SqliteLog::open(path, &Options::default(), audience).expect("a log")
    }
}

impl Server {
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.stopped.address)
    }

    /// Kills it: no connection is told anything.
    pub(super) async fn kill(self) -> Stopped {
        self.served.abort();
        let ended = self.served.await;
        assert!(ended.is_err_and(|error| error.is_cancelled()));
        self.stopped
    }

    /// How much has been said, changed and taken back.
    pub(super) async fn entries(&self) -> u64 {
        let since = self.log.after(ROOM, u64::MAX, 0).await;
        since.expect("it can be read").last
    }
}
