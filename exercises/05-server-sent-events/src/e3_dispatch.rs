//! A server sends the bytes of `STREAM`, then its connection is cut. What is a browser's
//! script told? Write it down before you run it.
//!
//! The stream, line by line, with its line ends visible:
//!
//! ```text
//! : welcome\n
//! retry: 5000\n
//! retry: 6s\n
//! data: one\n
//! \n
//! id: 7\n
//! data: two\r\n
//! data:  lines\r\n
//! \r\n
//! event: goal\n
//! data\n
//! \n
//! id: 8\n
//! \n
//! Data: three\n
//! \n
//! data: four\n
//! \n
//! id\n
//! data:five\n
//! \n
//! id: 9\n
//! data: six\n
//! ```
//!
//! Fill in `prediction`: each message that is dispatched, and what the browser does after
//! the cut. The checks have the chapter's parser read the stream, and compare.

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

/// Your prediction.
pub fn prediction() -> Prediction {
    todo!("write down what is dispatched, before you run it")
}
