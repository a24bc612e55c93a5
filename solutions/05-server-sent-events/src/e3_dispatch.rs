//! What becomes of a stream.

/// The bytes.
pub const STREAM: &str = ": welcome\nretry: 5000\nretry: 6s\ndata: one\n\n\
     id: 7\ndata: two\r\ndata:  lines\r\n\r\n\
     event: goal\ndata\n\n\
     id: 8\n\n\
     Data: three\n\n\
     data: four\n\n\
     id\ndata:five\n\n\
     id: 9\ndata: six\n";

/// A message that a script is told.
pub struct Told {
    /// Which listeners it is for.
    pub event_type: &'static str,
    /// Its data; an LF between two lines.
    pub data: &'static str,
    /// What the script finds in `lastEventId`.
    pub last_event_id: &'static str,
}

/// What becomes of the stream.
pub struct Prediction {
    /// The messages, in their order.
    pub messages: Vec<Told>,
    /// How long the browser waits before it connects again, in milliseconds.
    pub wait_ms: u64,
    /// What it then sends in `Last-Event-ID`; `None` when it sends no such field.
    pub sent_id: Option<&'static str>,
}

/// The prediction.
pub fn prediction() -> Prediction {
    let told = |event_type, data, last_event_id| Told {
        event_type,
        data,
        last_event_id,
    };
    Prediction {
        messages: vec![
            told("message", "one", ""),
            // One blank after the colon is stripped, the other is data.
            told("message", "two\n lines", "7"),
            // A bare `data` is an empty line of data, and the id lasts.
            told("goal", "", "7"),
            // The id 8 was committed without data; `Data` is no field that is known.
            told("message", "four", "8"),
            // A bare `id` clears it.
            told("message", "five", ""),
        ],
        // `6s` is not digits only.
        wait_ms: 5000,
        // The id 9 was never committed.
        sent_id: None,
    }
}
