//! What a transcript cost: the numbers by which the book compares mechanisms.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::transcript::{Entry, Part, Side, Transcript};

/// What a conversation cost, counted from its transcript.
///
/// Bytes are those on the wire as the application hands them to TCP: the heads of TCP and
/// IP, some 40 to 72 bytes a segment, come on top.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Connections opened.
    pub connections: u64,
    /// Requests sent.
    pub requests: u64,
    /// Final responses (interim ones, 1xx, are not counted).
    pub responses: u64,
    /// Final responses that brought the client's application no event. Counted by order:
    /// a response brings the events that are delivered between its head and the next, so
    /// the figure is meaningful for one client that asks one question at a time.
    pub empty_answers: u64,
    /// Bytes of heads that the client sent.
    pub request_head_bytes: u64,
    /// Bytes of heads that the server sent.
    pub response_head_bytes: u64,
    /// All other bytes, in both directions.
    pub payload_bytes: u64,
    /// Events that came into being.
    pub published: u64,
    /// Events that reached the client's application, repeats included.
    pub delivered: u64,
    /// From publishing to delivery, over the events that have both.
    pub latency: Option<Latency>,
}

/// How long events took from publishing to delivery. In microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// The shortest.
    pub min_us: u64,
    /// The arithmetic mean, rounded down.
    pub mean_us: u64,
    /// The longest.
    pub max_us: u64,
}

impl Latency {
    /// Of some latencies; `None` when there are none.
    pub fn of(latencies: &[Duration]) -> Option<Self> {
        let micros = |d: &Duration| u64::try_from(d.as_micros()).unwrap_or(u64::MAX);
        let sum: Duration = latencies.iter().sum();
        let mean = sum / u32::try_from(latencies.len()).ok().filter(|n| *n > 0)?;
        Some(Self {
            min_us: micros(latencies.iter().min()?),
            mean_us: micros(&mean),
            max_us: micros(latencies.iter().max()?),
        })
    }
}

impl Ledger {
    /// Counts a transcript.
    pub fn of(transcript: &Transcript) -> Self {
        let mut ledger = Self::default();
        let mut published = HashMap::new();
        let mut latencies = Vec::new();
        let mut open_answer = false;
        for entry in &transcript.entries {
            ledger.count(entry);
            match entry.part {
                Part::Published => {
                    published.insert(entry.label.as_str(), entry.sent());
                }
                Part::Delivered => {
                    if std::mem::take(&mut open_answer) {
                        ledger.empty_answers -= 1;
                    }
                    // A repeat has no latency of its own.
                    let birth = published.remove(entry.label.as_str());
                    latencies.extend(birth.map(|birth| entry.sent() - birth));
                }
                Part::ResponseHead if !is_interim(entry) => {
                    ledger.empty_answers += 1;
                    open_answer = true;
                }
                _ => {}
            }
        }
        ledger.latency = Latency::of(&latencies);
        ledger
    }

    /// All bytes, heads and payload, in both directions.
    pub fn total_bytes(&self) -> u64 {
        self.request_head_bytes + self.response_head_bytes + self.payload_bytes
    }

    /// All bytes divided by the events delivered, rounded up; `None` when none was.
    pub fn bytes_per_event(&self) -> Option<u64> {
        (self.delivered > 0).then(|| self.total_bytes().div_ceil(self.delivered))
    }

    fn count(&mut self, entry: &Entry) {
        match entry.part {
            Part::Open => self.connections += 1,
            Part::RequestHead => {
                self.requests += 1;
                self.request_head_bytes += entry.length;
            }
            Part::ResponseHead => {
                self.responses += u64::from(!is_interim(entry));
                self.response_head_bytes += entry.length;
            }
            Part::Body | Part::Chunk | Part::Frame | Part::Bytes => {
                self.payload_bytes += entry.length;
            }
            Part::Published => self.published += 1,
            Part::Delivered => self.delivered += 1,
            Part::End | Part::Reset | Part::Note => {}
        }
    }
}

/// A 1xx response: its status line is `HTTP/1.1 1…`. The 101 is a final one.
fn is_interim(entry: &Entry) -> bool {
    let status = entry.label.split(' ').nth(1).unwrap_or_default();
    entry.from == Side::Server && status.starts_with('1') && status != "101"
}
