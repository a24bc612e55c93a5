//! The servers that are compared here.

use std::io;

use axum::Router;
use backpressure::{Limits, address_of};
use clap::ValueEnum;
use handshake::Policy;
use history::{Chat, FanOut, Halls, MemoryLog, Options, RoomLog, SqliteLog};
use tokio::net::TcpListener;

use crate::load::{Missed, Speech};

/// What the load program is called.
pub(crate) const PROGRAM: &str = "ch14-load";
/// Which servers are compared, if nobody says otherwise.
pub(crate) const FAN_OUT: &str = "thirteen,memory,sqlite";
/// Those whose readers may stop reading.
pub(crate) const STALLED: &str = FAN_OUT;
/// Those whose connections are counted.
pub(crate) const IDLE: &str = FAN_OUT;

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Server {
    /// Chapter 13's, which drops the oldest and remembers nothing.
    Thirteen,
    /// This chapter's, with its log in memory.
    Memory,
    /// This chapter's, with its log in a file.
    Sqlite,
}

impl Server {
    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Thirteen => "chapter 13, drop the oldest",
            Self::Memory => "chapter 14, in memory",
            Self::Sqlite => "chapter 14, SQLite",
        }
    }

    pub(crate) fn speech(self) -> Speech {
        Speech::Version1
    }

    pub(crate) fn missed(self) -> Missed {
        match self {
            Self::Thirteen => Missed::Counted,
            Self::Memory | Self::Sqlite => Missed::Nothing,
        }
    }

    /// Serves until it is dropped, with these limits.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        limits: Limits,
    ) -> io::Result<()> {
        let halls = Halls::new();
        match self {
            Self::Thirteen => thirteen(listener, limits).await,
            Self::Memory => {
                let chat = Chat::new(MemoryLog::new(halls.clone()), halls);
                ours(listener, chat.limited(limits)).await;
            }
            Self::Sqlite => {
                // Beside this program, which is on a disk; the system's may be in memory.
                let program = std::env::current_exe()?;
                let place = program.parent().ok_or(io::ErrorKind::NotFound)?;
                let folder = tempfile::tempdir_in(place)?;
                let file = folder.path().join("rooms.db");
                let log = SqliteLog::open(file, &Options::default(), halls.clone());
                let chat = Chat::new(log.map_err(io::Error::other)?, halls);
                ours(listener, chat.limited(limits)).await;
            }
        }
        Ok(())
    }
}

async fn thirteen(listener: TcpListener, limits: Limits) {
    let limits = Limits {
        policy: backpressure::Policy::DropOldest,
        ..limits
    };
    let (policy, never) = (Policy::default(), std::future::pending());
    backpressure::serve(listener, limits, policy, Router::new(), address_of, never)
        .await;
}

async fn ours<L: RoomLog, F: FanOut>(listener: TcpListener, chat: Chat<L, F>) {
    let (policy, never) = (Policy::default(), std::future::pending());
    history::serve(listener, chat, policy, Router::new(), address_of, never).await;
}
