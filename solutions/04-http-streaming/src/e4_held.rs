//! 26 bytes of data are `1a` in hex, and with their frame 32 on the wire. With the head,
//! four of them are the first 256 bytes; after that it takes eight, the first seven of
//! which have a number of one digit less than the rest.

/// What a client behind the proxy sees.
pub struct Prediction {
    /// The size of the first chunk, as it stands on the wire.
    pub size: &'static str,
    /// All bytes of that chunk on the wire.
    pub chunk_bytes: u64,
    /// When event 1 arrives at the client.
    pub event_1_arrives_ms: u64,
    /// How many events arrive in that moment.
    pub arrive_with_it: u64,
    /// When event 5 arrives.
    pub event_5_arrives_ms: u64,
}

/// The prediction.
pub fn prediction() -> Prediction {
    Prediction {
        size: "1a",
        chunk_bytes: 32,
        // Head and chunks: 150 + 4 * 32 = 278. The fourth event happens after 4 s.
        event_1_arrives_ms: 4050,
        arrive_with_it: 4,
        // Events 5 to 12: at least 8 * 32 = 256.
        event_5_arrives_ms: 12_050,
    }
}
