//! The servers that are compared here.

use std::io;

use axum::Router;
use backpressure::{Limits, Policy, address_of};
use clap::ValueEnum;
use tokio::net::TcpListener;

use crate::axum_chat;
use crate::load::{Missed, Speech};

/// What the load program is called.
pub(crate) const PROGRAM: &str = "ch13-load";
/// Which servers are compared, if nobody says otherwise.
pub(crate) const FAN_OUT: &str = "axum,close,drop-oldest";
/// Those whose readers may stop reading.
pub(crate) const STALLED: &str = "drop-oldest";
/// Those whose connections are counted.
pub(crate) const IDLE: &str = "close";

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Server {
    /// axum's own example.
    Axum,
    /// This chapter's, which closes slow readers.
    Close,
    /// This chapter's, which drops the oldest.
    DropOldest,
}

impl Server {
    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum 0.8.9, `examples/chat`",
            Self::Close => "chapter 13, close",
            Self::DropOldest => "chapter 13, drop the oldest",
        }
    }

    pub(crate) fn speech(self) -> Speech {
        match self {
            Self::Axum => Speech::Plain,
            Self::Close | Self::DropOldest => Speech::Version1,
        }
    }

    pub(crate) fn missed(self) -> Missed {
        match self {
            Self::Axum | Self::Close => Missed::Everything,
            Self::DropOldest => Missed::Counted,
        }
    }

    /// Serves until it is dropped; ours with these limits.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        limits: Limits,
    ) -> io::Result<()> {
        match self {
            Self::Axum => axum_chat::serve(listener).await?,
            Self::Close => ours(listener, limits, Policy::Close).await,
            Self::DropOldest => ours(listener, limits, Policy::DropOldest).await,
        }
        Ok(())
    }
}

async fn ours(listener: TcpListener, limits: Limits, policy: Policy) {
    let limits = Limits { policy, ..limits };
    let programs = handshake::Policy::default();
    let never = std::future::pending();
    backpressure::serve(listener, limits, programs, Router::new(), address_of, never)
        .await;
}
