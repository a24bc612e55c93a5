//! When four events are told.

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
    Prediction {
        // The second question leaves at 1,050 ms and finds events 2 and 3 at 1,100 ms.
        kept_ms: [1050, 1150, 1150, 1650],
        // It leaves 100 ms later, after SYN and SYN-ACK.
        fresh_ms: [1050, 1250, 1250, 1650],
        // At 100, 1,050, 1,150 and 1,650 ms.
        requests: 4,
        // The last question is at the server at 1,700 ms, and held for 30 s.
        empty_answer_ms: 31_750,
    }
}
