//! Predict what a proxy does to a stream. The chapter's server tells events to a client,
//! and a proxy stands halfway between them: from the server to it takes 25 ms, and as long
//! again to the client.
//!
//! * The proxy gathers what the server says until it has at least 256 bytes; then it
//!   passes on all that it has, and begins to gather anew.
//! * The head of the answer has 150 bytes, and was sent long before the first event.
//! * An event happens every second: after 1,000 ms, after 2,000 ms, and so on. Each is
//!   told in a chunk of its own, whose data is this line, with the event's number:
//!
//! ```text
//! {"seq":1,"text":"tick 1"}\n
//! ```
//!
//! Nothing else is told. Fill in `prediction`. The checks play it and compare.

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

/// Your prediction.
pub fn prediction() -> Prediction {
    todo!("write down what arrives when, before you run it")
}
