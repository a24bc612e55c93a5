//! What was recorded, decoded and in order: the golden thread of the book.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::content::{Content, Form};

/// One end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The end that opened the connection.
    Client,
    /// The end that accepted it.
    Server,
}

impl Side {
    /// The other end.
    pub fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// `C→S` or `S→C`: the direction of what this side sends.
    pub fn arrow(self) -> &'static str {
        match self {
            Self::Client => "C→S",
            Self::Server => "S→C",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Client => 'C',
            Self::Server => 'S',
        }
    }
}

/// What the two ends are called in a recording whose client or server is something more
/// particular: seen from a client behind a proxy, the server is the proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The end that opens connections, if it is not called the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The end that accepts them, if it is not called the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

impl Names {
    /// What a side is called.
    pub fn of(&self, side: Side) -> &str {
        let usual = match side {
            Side::Client => "client",
            Side::Server => "server",
        };
        self.given(side).unwrap_or(usual)
    }

    fn given(&self, side: Side) -> Option<&str> {
        match side {
            Side::Client => self.client.as_deref(),
            Side::Server => self.server.as_deref(),
        }
    }

    fn are_the_usual_ones(&self) -> bool {
        *self == Self::default()
    }
}

/// What an [`Entry`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A connection is opened: over TCP, SYN and SYN-ACK.
    Open,
    /// The head of a request, up to and with its empty line.
    RequestHead,
    /// The head of a response, interim ones (1xx) included.
    ResponseHead,
    /// Bytes of a body with a `Content-Length`, or up to the end of the stream.
    Body,
    /// One chunk of the chunked coding: size line, data and line end; or its end.
    Chunk,
    /// One WebSocket frame.
    Frame,
    /// Bytes that are neither HTTP nor frames, or the rest after a mistake.
    Bytes,
    /// This side sends no more (over TCP: FIN).
    End,
    /// The connection was cut off (over TCP: RST).
    Reset,
    /// An event came into being on the server; the label is its name.
    Published,
    /// An event reached the client's application; the label is its name.
    Delivered,
    /// A remark.
    Note,
}

/// One named field of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The RFC's name for it, such as `FIN` or `Masking-key`.
    pub name: String,
    /// Its value, as it is written in the RFC.
    pub value: String,
}

/// One thing that passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The connection, counted from 1 in the order of opening; 0 for what belongs to none.
    pub connection: u32,
    /// Who sent it, or at which end it happened.
    pub from: Side,
    /// When its first byte was sent, in microseconds since the recording began.
    pub sent_us: u64,
    /// When its last byte arrived, likewise; `None` where only one end was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_us: Option<u64>,
    /// What it is.
    pub part: Part,
    /// What it is in a few words: `GET / HTTP/1.1`, `HTTP/1.1 200 OK`, `body`.
    pub label: String,
    /// Its bytes on the wire.
    pub length: u64,
    /// The fields of a frame; empty for everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Its bytes, readable.
    pub content: Content,
}

impl Entry {
    /// When it was sent, since the recording began.
    pub fn sent(&self) -> Duration {
        Duration::from_micros(self.sent_us)
    }

    /// When it arrived, since the recording began.
    pub fn arrived(&self) -> Option<Duration> {
        self.arrived_us.map(Duration::from_micros)
    }
}

/// A recording, decoded: what [`Recorder::transcript`](crate::Recorder::transcript) gives.
///
/// Its [`Display`](fmt::Display) is the text that the terminal and the tests show; its
/// JSON is what the book's figures are drawn from and replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// What it shows, as a caption.
    pub title: String,
    /// What its two ends are called.
    #[serde(default, skip_serializing_if = "Names::are_the_usual_ones")]
    pub names: Names,
    /// What passed, in the order of sending.
    pub entries: Vec<Entry>,
    /// Entries left out at the beginning because the recorder keeps a bounded number.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Transcript {
    /// The JSON that snapshots keep and pages are drawn from, indented, in a fixed order.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self)
            .expect("a transcript has no unserialisable part")
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// When the text is not JSON of this shape; the error names the line.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dropped > 0 {
            writeln!(f, "({} earlier entries are not kept)", self.dropped)?;
        }
        for side in [Side::Client, Side::Server] {
            if let Some(name) = self.names.given(side) {
                writeln!(f, "{} is the {name}", side.letter())?;
            }
        }
        self.entries
            .iter()
            .try_for_each(|entry| write!(f, "{entry}"))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = Millis(self.sent_us);
        match self.arrived_us {
            Some(arrived) if arrived != self.sent_us => {
                write!(
                    f,
                    "{:>9} → {:<9}",
                    sent.to_string(),
                    Millis(arrived).to_string()
                )?;
            }
            _ => write!(f, "{:>9}   {:9}", sent.to_string(), "")?,
        }
        match self.connection {
            0 => write!(f, "      ")?,
            n => write!(f, " #{n:<4}")?,
        }
        self.fmt_summary(f)?;
        let margin = "    ";
        for field in &self.fields {
            writeln!(f, "{margin}{:<12} {}", field.name, field.value)?;
        }
        for line in &self.content.lines {
            writeln!(f, "{margin}{line}")?;
        }
        if self.content.omitted > 0 {
            writeln!(f, "{margin}… {} bytes not shown …", self.content.omitted)?;
        }
        for line in &self.content.tail {
            writeln!(f, "{margin}{line}")?;
        }
        Ok(())
    }
}

impl Entry {
    fn fmt_summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = self.from.arrow();
        match self.part {
            Part::Published => writeln!(f, "S    event {} is published", self.label),
            Part::Delivered => writeln!(f, "C    event {} is delivered", self.label),
            Part::Note => writeln!(f, "     {}", self.label),
            Part::Open | Part::End | Part::Reset => {
                writeln!(f, "{arrow}  {}", self.label)
            }
            Part::RequestHead | Part::ResponseHead => {
                writeln!(f, "{arrow}  head, {}", Count(self.length))
            }
            Part::Body | Part::Chunk | Part::Frame | Part::Bytes => {
                let hex = match self.content.form {
                    Form::Text => "",
                    Form::Hex => ", in hex",
                };
                writeln!(f, "{arrow}  {}, {}{hex}", self.label, Count(self.length))
            }
        }
    }
}

/// `1 byte`, `2 bytes`.
struct Count(u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} byte{plural}", self.0)
    }
}

/// Microseconds written as milliseconds: `50 ms`, and `0.250 ms` where it is not whole.
struct Millis(u64);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 1000, self.0 % 1000) {
            (whole, 0) => write!(f, "{whole} ms"),
            (whole, rest) => write!(f, "{whole}.{rest:03} ms"),
        }
    }
}
