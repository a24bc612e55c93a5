//! The servers that are compared here: one, with one engine or the other.

use std::io;
use std::time::Duration;

use backpressure::{Limits, address_of};
use clap::ValueEnum;
use handshake::Policy;
use history::{Halls, MemoryLog, Open};
use operations::{Conversations, Drain, Metrics, Plan, serve};
use the_complete_chat::server::{Engine, Ways};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::load::{Missed, Speech};

/// What the load program is called.
pub(crate) const PROGRAM: &str = "ch19-engines";
/// Which servers are compared, if nobody says otherwise.
pub(crate) const FAN_OUT: &str = "handmade,tungstenite";
/// Those whose readers may stop reading.
pub(crate) const STALLED: &str = FAN_OUT;
/// Those whose connections are counted.
pub(crate) const IDLE: &str = FAN_OUT;

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Server {
    /// Chapter 9's.
    Handmade,
    /// axum's.
    Tungstenite,
}

impl Server {
    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Handmade => "handmade, chapter 9",
            Self::Tungstenite => "tungstenite, in axum",
        }
    }

    pub(crate) fn speech(self) -> Speech {
        Speech::Version1
    }

    pub(crate) fn missed(self) -> Missed {
        Missed::Nothing
    }

    /// Serves until it is dropped, with these limits: chapter 16's server with its figures
    /// and its log, whose rooms are in memory, so that no disk is measured, and whose gate
    /// stands open.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        limits: Limits,
    ) -> io::Result<()> {
        let halls = Halls::new();
        let parts = (MemoryLog::new(halls.clone()), halls, Open);
        let plan = Plan {
            over: Duration::ZERO,
            grace: Duration::ZERO,
        };
        let (drain, metrics) = (Drain::new(plan), Metrics::new());
        let conversations = Conversations::new(parts, limits, drain, metrics);
        let engine = match self {
            Self::Handmade => Engine::Handmade,
            Self::Tungstenite => Engine::Tungstenite,
        };
        let ways = Ways {
            engine,
            ..Ways::default()
        };
        let site = ways.open(&conversations, Policy::default());
        // Nobody sends any.
        let (_signal, signals) = mpsc::channel(1);
        serve(listener, site, conversations, address_of, signals).await;
        Ok(())
    }
}
