//! The chapter's server, for programs that stand in front of it.

use std::net::SocketAddr;
use std::time::Duration;

use http_streaming::{handler, serve};
use long_polling::WaitingBoard;
use raw_http::Config;
use short_polling::Board;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use wiretap::{Part, Recorder, Side};

use crate::nginx::Nginx;

/// The chapter's server, tapped, on a port of loopback.
pub(crate) struct Upstream {
    pub(crate) board: WaitingBoard,
    pub(crate) recorder: Recorder,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Upstream {
    pub(crate) async fn start(keep_alive: Duration) -> Self {
        let recorder = Recorder::new("behind nginx");
        let kept = 10_000.try_into().expect("it is not 0");
        let board = WaitingBoard::new(Board::new(kept).into(), 0);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let listener = recorder.tap_listener(listener);
        let handler = handler(board.clone(), keep_alive);
        let forever = std::future::pending();
        let task = tokio::spawn(serve(listener, handler, Config::default(), forever));
        Self {
            board,
            recorder,
            address,
            task,
        }
    }

    /// An nginx in front of it, with a place for each way of passing a stream on.
    pub(crate) fn behind_nginx(&self) -> Option<Nginx> {
        // nginx listens to X-Accel-Buffering unless it is told not to.
        const PLACES: [(&str, &str); 6] = [
            (
                "on",
                "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;",
            ),
            (
                "off",
                "proxy_buffering off; proxy_ignore_headers X-Accel-Buffering;",
            ),
            ("told", "proxy_buffering on;"),
            ("idle", "proxy_buffering off; proxy_read_timeout 1s;"),
            ("1.0", "proxy_buffering off; proxy_http_version 1.0;"),
            ("1.1", "proxy_buffering off; proxy_http_version 1.1;"),
        ];
        Nginx::start(self.address, &PLACES)
    }

    /// The bytes of all bodies that do not end.
    pub(crate) fn bytes_told(&self) -> u64 {
        let entries = self.recorder.transcript().entries;
        let told = entries.iter().filter(|entry| {
            let text = entry.content.lines.concat();
            entry.from == Side::Server
                && entry.part == Part::Body
                && text.starts_with("{\"seq\"")
        });
        told.map(|entry| entry.length).sum()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}
