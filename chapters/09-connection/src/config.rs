//! What a connection allows, and for how long.

use std::time::Duration;

use frames::MaskingKey;
use messages::Limits;

/// What a connection allows, and for how long.
#[derive(Debug, Clone)]
pub struct Config {
    /// What it takes before it refuses a message.
    pub limits: Limits,
    /// While so many bytes wait to be written, no further message is taken: its sender
    /// waits. So a connection keeps at most this much and one message.
    pub max_output: usize,
    /// How long the peer may take to answer our Close, and how long it may take after that
    /// to end its side of the connection. The time begins anew while it takes what was sent
    /// up to our Close: whoever reads slowly reads.
    pub close_timeout: Duration,
    /// How often the connection looks whether anything has come since its last look. If
    /// not, it sends a ping, which therefore leaves after one to two of these intervals of
    /// silence. If nothing has come by the next look either, and nothing was taken of what
    /// waits to be written, the peer is given up, after two to three.
    ///
    /// A way that forgets silent connections has an idle timeout, such as a proxy's of 60 s.
    /// Choose less than *half* of the shortest of them. `None` asks nothing.
    pub keepalive: Option<Duration>,
    /// Where a client takes its masking keys from: each frame needs a fresh one that nobody
    /// can foresee (RFC 6455 §5.3, §10.3).
    pub masking_key: fn() -> MaskingKey,
}

impl Default for Config {
    /// Messages as chapter 8 limits them, 64 KiB of output, 5 s for a close, no pings, and
    /// keys from the generator that `rand` seeds from the system.
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            max_output: 64 << 10,
            close_timeout: Duration::from_secs(5),
            keepalive: None,
            masking_key: || MaskingKey(rand::random()),
        }
    }
}

impl Config {
    /// With another limit for the bytes of a message, and a fragment for each 32 of them.
    #[must_use]
    pub fn max_message(mut self, bytes: usize) -> Self {
        let fragments = u32::try_from(bytes / 32).unwrap_or(u32::MAX);
        self.limits.max_fragments = self.limits.max_fragments.max(fragments);
        self.limits.max_message = bytes;
        self
    }
}
