//! What a line may cost.

use std::time::Duration;

use chat::protocol::MAX_MESSAGE;
use long_polling::Hold;

/// What lines may cost, and how long their requests may take.
#[derive(Debug, Clone, Copy)]
pub struct LineLimits {
    /// How many lines there may be at a time. Whoever wants a further one is answered 503.
    pub lines: usize,
    /// How many of them may come from one address; 429 for a further one.
    pub lines_per_address: usize,
    /// How many messages are kept until they are acknowledged. When there are so many, the
    /// conversation waits.
    pub kept: usize,
    /// And how many bytes of them. The last may go beyond.
    pub kept_bytes: usize,
    /// How many messages of the client may wait for the conversation. More are not taken
    /// until it has heard some.
    pub said: usize,
    /// The most bytes of a message of the client. A longer one closes the line with 1009.
    pub message: usize,
    /// How long a poll is held when there is nothing to tell; and when those shall come back
    /// for whom there is no room.
    pub hold: Hold,
    /// After so much silence a stream has a comment.
    pub heartbeat: Duration,
    /// How long a stream lasts. Who does not come back after it is gone: a connection that
    /// only receives may not notice for a quarter of an hour that its peer has no power.
    pub stream: Duration,
    /// How long the client of a stream waits before it comes back.
    pub retry: Duration,
    /// A line without a `GET` for so long is over.
    pub absence: Duration,
    /// How long the body of a request may take to arrive, and what is said in it to be
    /// taken.
    pub body: Duration,
}

impl Default for LineLimits {
    /// 4,096 lines, 32 from one address; 256 messages and 256 KiB that are kept, 32 that
    /// wait to be heard, of 32 KiB each at most; requests that are held for 25 s, streams
    /// with a comment after 15 s and an end after 2 minutes, and half a second before the
    /// next one; 30 s without a `GET`, and 10 s for a body.
    fn default() -> Self {
        Self {
            lines: 4096,
            lines_per_address: 32,
            kept: 256,
            kept_bytes: 256 << 10,
            said: 32,
            message: MAX_MESSAGE,
            hold: Hold {
                time: Duration::from_secs(25),
                retry_after: Duration::from_secs(5),
            },
            heartbeat: Duration::from_secs(15),
            stream: Duration::from_secs(120),
            retry: Duration::from_millis(500),
            absence: Duration::from_secs(30),
            body: Duration::from_secs(10),
        }
    }
}
