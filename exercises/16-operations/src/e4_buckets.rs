//! How long does the disk take? The mean hides the one sync in a hundred that takes a second,
//! and nobody can keep all times. A *histogram* keeps counts: how many took at most 1 ms, how
//! many at most 10 ms, and so on. Prometheus asks for it every few seconds, in a text format of
//! its own. Write `Histogram`.
//!
//! For the bounds 1 ms and 10 ms, the times 0.5 ms, 4 ms and 2 s, the name
//! `fsync_seconds` and a label, this is the text. It ends with a line feed:
//!
//! ```text
//! # TYPE fsync_seconds histogram
//! fsync_seconds_bucket{file="rooms.db",le="0.001"} 1
//! fsync_seconds_bucket{file="rooms.db",le="0.01"} 2
//! fsync_seconds_bucket{file="rooms.db",le="+Inf"} 3
//! fsync_seconds_sum{file="rooms.db"} 2.0045
//! fsync_seconds_count{file="rooms.db"} 3
//! ```
//!
//! * A bucket counts what took *at most* its bound (`le`, less or equal), and so everything that
//!   the buckets before it count. The last one, `+Inf`, counts everything.
//! * Times are in seconds, as Rust writes an `f64`: `Duration::as_secs_f64` gives it.
//! * The labels come in the order in which they were given, and `le` comes last. Without a
//!   label there are no braces behind `_sum` and `_count`.
//! * A label's value may be anything. In it, `\` becomes `\\`, `"` becomes `\"`, and
//!   a line feed becomes `\n`: otherwise whoever chooses a room's name writes our metrics.
//!
//! The bounds ascend.

use std::time::Duration;

/// How long something took, in buckets.
pub struct Histogram {
    bounds: Vec<Duration>,
    // Yours: what else is to be known?
}

impl Histogram {
    /// An empty one with these bounds, which ascend.
    pub fn new(bounds: &[Duration]) -> Self {
        Self {
            bounds: bounds.to_vec(),
        }
    }

    /// Counts something that took so long.
    pub fn observe(&mut self, took: Duration) {
        todo!("which bucket, and what else is shown?")
    }

    /// What Prometheus is told.
    pub fn text(&self, name: &str, labels: &[(&str, &str)]) -> String {
        todo!("one line for the type, one for each bucket, the sum and the count")
    }
}
