//! What a receiver says after each byte: for the example, the page and its lab.

use std::fmt;

use frames::{Decoder, FrameError, Header, Role};

use crate::assembler::Assembler;
use crate::error::MessageError;
use crate::message::{Limits, Message, Received};

/// Why a stream of bytes is refused, by either layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No frame that this end may take.
    Frame(FrameError),
    /// Frames that are no message.
    Message(MessageError),
}

impl Refusal {
    /// The code for the close frame that tells the peer.
    pub fn close_code(self) -> u16 {
        match self {
            Self::Frame(error) => error.close_code(),
            Self::Message(error) => error.close_code(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Message(error) => error.fmt(f),
        }
    }
}

/// What becomes of one byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The byte, as it is on the wire.
    pub byte: u8,
    /// The header that is complete with it.
    pub header: Option<Header>,
    /// What it is in a payload, unmasked.
    pub payload: Option<u8>,
    /// Whether its frame ends with it.
    pub ends_frame: bool,
    /// How many bytes of the message under way are gathered after it.
    pub gathered: usize,
    /// Those of them that wait for the rest of their character.
    pub pending: Vec<u8>,
    /// What is complete with it.
    pub received: Option<Received<'static>>,
    /// Why it is the last that is looked at.
    pub refused: Option<Refusal>,
}

/// A decoder and an assembler that are given one byte at a time.
#[derive(Debug)]
pub struct Tracer {
    decoder: Decoder,
    assembler: Assembler,
}

impl Tracer {
    /// The receiver of a connection.
    pub fn new(role: Role, limits: Limits) -> Self {
        Self {
            decoder: Decoder::new(role).max_payload(u64::MAX),
            assembler: Assembler::new(limits),
        }
    }

    /// Takes a byte. After a refusal, the connection is over.
    pub fn take(&mut self, byte: u8) -> Step {
        let mut step = Step {
            byte,
            header: None,
            payload: None,
            ends_frame: false,
            gathered: 0,
            pending: Vec::new(),
            received: None,
            refused: None,
        };
        step.refused = self.decode(&mut step).err();
        step.gathered = self.assembler.gathered();
        step.pending = self.assembler.pending().to_vec();
        step
    }

    fn decode(&mut self, step: &mut Step) -> Result<(), Refusal> {
        let mut byte = [step.byte];
        let mut input = &mut byte[..];
        while let Some(part) =
            self.decoder.decode(&mut input).map_err(Refusal::Frame)?
        {
            if part.first {
                step.header = Some(part.header);
            }
            step.payload = part.payload.first().copied();
            step.ends_frame = part.last;
            let received = self.assembler.receive(part).map_err(Refusal::Message)?;
            step.received = received.map(Received::into_owned);
        }
        Ok(())
    }
}

/// All that becomes of `bytes`, up to a refusal.
pub fn trace(role: Role, limits: Limits, bytes: &[u8]) -> Vec<Step> {
    let mut tracer = Tracer::new(role, limits);
    let mut steps = Vec::new();
    for &byte in bytes {
        let step = tracer.take(byte);
        let refused = step.refused.is_some();
        steps.push(step);
        if refused {
            break;
        }
    }
    steps
}

impl fmt::Display for Received<'_> {
    /// What it is, in a few words: texts are quoted, other bytes in hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(Message::Text(text)) => write!(f, "text {text:?}"),
            Self::Message(Message::Binary(bytes)) => write!(f, "binary {}", hex(bytes)),
            Self::Ping(payload) => write!(f, "ping {}", quoted(payload)),
            Self::Pong(payload) => write!(f, "pong {}", quoted(payload)),
            Self::Close(payload) => write!(f, "close {}", hex(payload)),
        }
    }
}

/// What may be a text, as one; in hex otherwise.
fn quoted(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => format!("{text:?}"),
        Ok(_) | Err(_) => hex(bytes),
    }
}

/// Bytes as pairs of digits: `48 69`.
pub fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}
