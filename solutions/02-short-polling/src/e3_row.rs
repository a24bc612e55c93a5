//! The row of the ledger for an interval of 2.5 s.

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
    Prediction {
        // 0 s, 2.5 s, … 57.5 s.
        requests: 24,
        // Ten bring an event.
        empty_answers: 14,
        // 50 bytes each, and one more for the four after the tenth event.
        request_bytes: 24 * 50 + 4,
        // Half the interval, and 50 ms for the answer.
        mean_latency_ms: 1300,
        // A round trip to open the connection, and one for question and answer.
        fresh_poll_ms: 200,
    }
}
