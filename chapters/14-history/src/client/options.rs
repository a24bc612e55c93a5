//! How a client behaves.

use std::time::Duration;

use backpressure::Rate;
use connection::Config;

use crate::schedule::Pace;

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// When it comes back.
    pub pace: Pace,
    /// Decides its waits and its ids. Two clients need two of them.
    pub seed: u64,
    /// How long a connection may take to be opened.
    pub connect_deadline: Duration,
    /// How many of its messages may be without an answer.
    pub max_pending: usize,
    /// How often it says something: less often than the server allows, for what leaves in
    /// good order may arrive all at once.
    pub rate: Rate,
    /// What its WebSocket allows.
    pub connection: Config,
}

impl Default for ClientOptions {
    /// A seed from the system's generator, 10 s to connect, 256 messages without an answer,
    /// 25 messages at once and 8 each second, and a server that is asked after 30 s of
    /// silence whether it is there.
    fn default() -> Self {
        let connection = Config {
            keepalive: Some(Duration::from_secs(30)),
            ..Config::default()
        };
        Self {
            pace: Pace::default(),
            seed: fastrand::u64(..),
            connect_deadline: Duration::from_secs(10),
            max_pending: 256,
            rate: Rate {
                burst: 25,
                interval: Duration::from_millis(125),
            },
            connection,
        }
    }
}
