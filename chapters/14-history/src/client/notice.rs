//! What a client is told.

use std::fmt;
use std::time::Duration;

use crate::protocol::ServerMessage;

/// What a client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// There is a connection, and the server knows who this is.
    Connected,
    /// There is none.
    Cut {
        /// Why.
        why: String,
        /// When the next attempt begins.
        wait: Duration,
    },
    /// The server says this.
    Told(ServerMessage),
    /// The server says something that version 2 of the protocol does not know: this, which
    /// is JSON.
    Unknown(String),
    /// The server does not take this client, and will not later. There will be no further
    /// attempt.
    Failed(String),
}

/// Too many messages are without an answer. What was to be said is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyPending;

impl fmt::Display for TooManyPending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many messages are without an answer")
    }
}

impl std::error::Error for TooManyPending {}
