//! The servers that are compared here.

use std::io;

use axum::Router;
use backpressure::{Limits, address_of, websocket_route};
use clap::ValueEnum;
use handshake::Policy;
use history::{Chat, Halls, MemoryLog, Open};
use operations::{Conversations, Drain, LogConfig, Metrics, Plan, serve, subscriber};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::load::{Missed, Speech};

/// What the load program is called.
pub(crate) const PROGRAM: &str = "ch16-cost";
/// Which servers are compared, if nobody says otherwise.
pub(crate) const FAN_OUT: &str = "unwatched,watched";
/// Those whose readers may stop reading.
pub(crate) const STALLED: &str = FAN_OUT;
/// Those whose connections are counted.
pub(crate) const IDLE: &str = FAN_OUT;

/// Which server. Both keep their log in memory, so that no disk hides what the rest costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Server {
    /// Chapter 14's.
    Unwatched,
    /// The same, counted and written down.
    Watched,
}

impl Server {
    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unwatched => "chapter 14, in memory",
            Self::Watched => "the same, watched",
        }
    }

    pub(crate) fn speech(self) -> Speech {
        Speech::Version1
    }

    pub(crate) fn missed(self) -> Missed {
        Missed::Nothing
    }

    /// Serves until it is dropped, with these limits.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        limits: Limits,
    ) -> io::Result<()> {
        let halls = Halls::new();
        let log = MemoryLog::new(halls.clone());
        let policy = Policy::default();
        match self {
            Self::Unwatched => {
                let chat = Chat::new(log, halls).limited(limits);
                let (pages, never) = (Router::new(), std::future::pending());
                history::serve(listener, chat, policy, pages, address_of, never).await;
            }
            Self::Watched => {
                // All is made that would be written; only nobody reads it.
                let _ = subscriber(&LogConfig::default(), io::sink).try_init();
                let drain = Drain::new(Plan::default());
                let parts = (log, halls, Open);
                let all = Conversations::new(parts, limits, drain, Metrics::new());
                let site = websocket_route(policy).into();
                let (_signal, never) = mpsc::channel(1);
                serve(listener, site, all, address_of, never).await;
            }
        }
        Ok(())
    }
}
