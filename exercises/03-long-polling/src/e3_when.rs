//! A client of this chapter waits at a server of this chapter. Every transit takes 50 ms,
//! and nothing else takes any time. At 0 ms the client opens its first connection. Events
//! happen on the server
//!
//! ```text
//! event 1    at 1,000 ms
//! event 2    at 1,020 ms
//! event 3    at 1,090 ms
//! event 4    at 1,600 ms
//! ```
//!
//! and then nothing happens any more. When is each event told to the client? Answer for a
//! client that keeps its connection, and for one that opens a fresh one for each question.
//! Fill in `prediction`; the checks play it and compare.

/// What happens when.
pub struct Prediction {
    /// When each of the four events is told over a kept connection, in milliseconds.
    pub kept_ms: [u64; 4],
    /// The same over fresh connections. The first of them is opened at 0 ms.
    pub fresh_ms: [u64; 4],
    /// How many questions the client over the kept connection has sent by 10,000 ms.
    pub requests: u64,
    /// When the next answer, an empty one, reaches the client over the kept connection.
    pub empty_answer_ms: u64,
}

/// Your prediction.
pub fn prediction() -> Prediction {
    todo!("draw the arrows, and write down when each event is told")
}
