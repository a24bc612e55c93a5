//! What a lab has cost so far.

use serde::Serialize;
use wiretap::{Entry, Ledger, Names, Transcript};

/// The sums of a [`Ledger`] that can be added up as entries come. What needs the whole
/// transcript at once (latencies, empty answers) the page counts: it is the client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    connections: u64,
    requests: u64,
    responses: u64,
    request_head_bytes: u64,
    response_head_bytes: u64,
    payload_bytes: u64,
}

impl Tally {
    /// Counts some more entries.
    pub(crate) fn add(&mut self, entries: Vec<Entry>) {
        let more = Ledger::of(&Transcript {
            title: String::new(),
            names: Names::default(),
            entries,
            dropped: 0,
        });
        self.connections += more.connections;
        self.requests += more.requests;
        self.responses += more.responses;
        self.request_head_bytes += more.request_head_bytes;
        self.response_head_bytes += more.response_head_bytes;
        self.payload_bytes += more.payload_bytes;
    }
}
