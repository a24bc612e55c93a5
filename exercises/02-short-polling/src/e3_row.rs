//! Write a row of the ledger before you run it. The chapter's client polls for 60 s, by
//! cursor, over a link with a round-trip time of 100 ms:
//!
//! * it asks every 2.5 s, without jitter, the first time at 0 s. What would begin at 60 s
//!   is no longer in the minute;
//! * ten events happen, and each arrives in an answer of its own. They are spread evenly
//!   over the interval: as many happen soon after a poll as shortly before the next one;
//! * at the beginning the board is empty, and the client asks with the cursor 0. The tenth
//!   event comes with the poll that begins at 47.5 s;
//! * a request looks like this, with the cursor of the moment:
//!
//! ```text
//! GET /events?after=0 HTTP/1.1\r\n
//! Host: board.test\r\n
//! \r\n
//! ```
//!
//! Fill in `prediction`. The checks play the minute and compare.

/// What the minute costs.
pub struct Prediction {
    /// How many requests the client sends.
    pub requests: u64,
    /// How many of the answers have no event.
    pub empty_answers: u64,
    /// How many bytes all requests have together; they are heads and nothing else.
    pub request_bytes: u64,
    /// How long an event takes from happening to the client, on average.
    pub mean_latency_ms: u64,
    /// How long one poll takes when it has to open a connection of its own: from the first
    /// packet to the last byte of the answer.
    pub fresh_poll_ms: u64,
}

/// Your prediction.
pub fn prediction() -> Prediction {
    todo!("write down what the minute costs, before you run it")
}
