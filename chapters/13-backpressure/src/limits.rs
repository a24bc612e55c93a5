//! What one connection may cost.

use std::time::Duration;

use chat::protocol::{MAX_MESSAGE, MAX_ROOMS};
use connection::Config;

use crate::outbox::{Capacity, Policy};
use crate::rate::Rate;

/// What one connection may cost. Each of these is a way to use up a server that has no bound
/// for it.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How much may wait for a reader.
    pub outbox: Capacity,
    /// What becomes of more.
    pub policy: Policy,
    /// How often a client may say something.
    pub rate: Rate,
    /// How many messages in a row may be refused because of the rate. The next one closes
    /// the connection with 1008.
    pub patience: u32,
    /// How many rooms it may be in.
    pub rooms: usize,
    /// From the accepted connection to the end of its request's head, and again from the
    /// open WebSocket to its `hello`.
    pub handshake: Duration,
    /// How long a client may take nothing of an answer over HTTP.
    pub answer: Duration,
    /// What the WebSocket allows: the size of a message, the bytes that wait for the
    /// socket, and how long the peer may be silent.
    pub connection: Config,
    /// How many connections there may be at a time; more wait in the listener's own queue.
    pub connections: usize,
    /// How many of them may come from one address; a further one is answered 429, within a
    /// second, and counts for none of these.
    pub connections_per_address: usize,
    /// How many may be answered 429 at a time; what is more is dropped without an answer.
    pub refusals: usize,
    /// How long connections may take to close after the shutdown.
    pub drain: Duration,
}

impl Default for Limits {
    /// 1,024 frames and 256 KiB for a slow reader, who is then sent away; 50 messages at once
    /// and 10 each second; 10 s for the handshake and for `hello`, and for an answer of which
    /// nothing is taken; a ping after 20 s of silence; 16,384 connections, 32 from one
    /// address, and 64 that are refused.
    fn default() -> Self {
        Self {
            outbox: Capacity {
                // Many may say something in the same moment, before any reader has its turn.
                frames: 1024,
                bytes: 256 << 10,
            },
            policy: Policy::Close,
            rate: Rate {
                burst: 50,
                interval: Duration::from_millis(100),
            },
            patience: 50,
            rooms: MAX_ROOMS,
            handshake: Duration::from_secs(10),
            answer: Duration::from_secs(10),
            connection: connection(),
            connections: 16 << 10,
            connections_per_address: 32,
            refusals: 64,
            drain: Duration::from_secs(10),
        }
    }
}

/// What a chat needs of a WebSocket.
fn connection() -> Config {
    Config {
        // What is in here can neither be dropped nor counted any more.
        max_output: 16 << 10,
        // A silence is noticed at the second look: a ping leaves after 40 s at the latest,
        // before a proxy cuts the connection after 60.
        keepalive: Some(Duration::from_secs(20)),
        ..Config::default().max_message(MAX_MESSAGE)
    }
}
