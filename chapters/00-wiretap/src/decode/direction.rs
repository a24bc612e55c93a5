//! One direction of a conversation: a state machine over what has come of it.

use super::frame::Frame;
use super::head::{self, Framing, Head, Outcome};
use super::item::{Buffer, Item};
use crate::recorder::{Noted, Span, noted};
use crate::transcript::{Part, Side};

/// A head, a chunk's size line or bytes held for an answer that are longer than this are
/// shown undecoded.
pub(super) const MAX_BUFFERED: usize = 256 * 1024;
/// In a head of up to this length every byte is looked at anew for a mistake; in a longer
/// one only the ends of lines are.
const EAGER: usize = 1024;

#[derive(Debug)]
pub(super) struct Direction {
    number: u32,
    from: Side,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) enum State {
    /// Waiting for a head, of which this has come.
    Head(Buffer),
    /// In a body with a length; `left` bytes are still to come.
    Body { left: u64, item: Item },
    /// In a body that ends with the stream.
    UntilEnd(Item),
    /// Waiting for a chunk's size line, of which this has come.
    ChunkSize(Buffer),
    /// In a chunk; `left` bytes, its line end included, are still to come.
    Chunk { left: u64, item: Item },
    /// In the trailer section after the last chunk: lines up to an empty one.
    Trailers(Buffer),
    /// After a request to upgrade, until it is answered.
    Held(Buffer),
    /// Waiting for a frame's header, of which this has come.
    FrameHeader(Buffer),
    /// In a frame's payload; `left` bytes are still to come.
    Frame {
        left: u64,
        frame: Box<Frame>,
        item: Item,
    },
    /// What comes can't be made out.
    Opaque(Item),
}

impl Direction {
    pub(super) fn new(number: u32, from: Side) -> Self {
        Self {
            number,
            from,
            state: State::Head(Buffer::default()),
        }
    }

    pub(super) fn awaits_head(&self) -> bool {
        matches!(self.state, State::Head(_))
    }

    /// Reads on in a head. `None` while it is incomplete, or when it is none.
    pub(super) fn head<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
    ) -> Option<(Head, &'a [u8])> {
        let State::Head(buffer) = &mut self.state else {
            return None;
        };
        let before = buffer.bytes.len();
        buffer.push(at, bytes);
        let outcome = if before < EAGER || bytes.contains(&b'\n') {
            let span = buffer.span.unwrap_or(at);
            head::parse(self.number, self.from, span, &buffer.bytes)
        } else {
            Outcome::Partial
        };
        match outcome {
            Outcome::Complete(head, used) => Some((*head, &bytes[used - before..])),
            Outcome::Partial if buffer.bytes.len() < MAX_BUFFERED => None,
            Outcome::Partial | Outcome::NotHttp => {
                self.state = State::Opaque(buffer.to_item());
                None
            }
        }
    }

    /// Goes on after a head.
    pub(super) fn begin(&mut self, framing: Framing) {
        self.state = match framing {
            Framing::Nothing => State::Head(Buffer::default()),
            Framing::Length(left) => State::Body {
                left,
                item: Item::default(),
            },
            Framing::Chunked => State::ChunkSize(Buffer::default()),
            Framing::UntilEnd => State::UntilEnd(Item::default()),
            Framing::Frames => State::FrameHeader(Buffer::default()),
            Framing::Held => State::Held(Buffer::default()),
        };
    }

    /// Gives back the bytes that were held for an answer, now that it has come, with the
    /// time at which they passed.
    pub(super) fn release(&mut self, framing: Framing) -> Option<(Span, Vec<u8>)> {
        let State::Held(buffer) = &mut self.state else {
            return None;
        };
        let buffer = std::mem::take(buffer);
        self.begin(framing);
        Some((buffer.span?, buffer.bytes))
    }

    /// Reads on after a head, in one state; gives the bytes that are left over.
    pub(super) fn rest<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        match &self.state {
            State::Head(_) => bytes,
            State::Body { .. } => self.body(at, bytes, out),
            State::UntilEnd(_) | State::Opaque(_) => self.piece(at, bytes, out),
            State::Held(_) => self.hold(at, bytes),
            State::ChunkSize(_) => self.chunk_size(at, bytes),
            State::Chunk { .. } => self.chunk(at, bytes, out),
            State::Trailers(_) => self.trailers(at, bytes, out),
            State::FrameHeader(_) => self.frame_header(at, bytes, out),
            State::Frame { .. } => self.payload(at, bytes, out),
        }
    }

    /// Ends what is under way and gives it as it stands.
    pub(super) fn finish(&mut self) -> Option<Noted> {
        let entry = self.pending();
        self.state = State::Opaque(Item::default());
        entry
    }

    /// What is under way, as it stands.
    pub(super) fn pending(&self) -> Option<Noted> {
        match &self.state {
            State::Head(buffer)
            | State::ChunkSize(buffer)
            | State::Trailers(buffer)
            | State::Held(buffer)
            | State::FrameHeader(buffer) => self.entry(&buffer.to_item()),
            State::Body { item, .. }
            | State::UntilEnd(item)
            | State::Chunk { item, .. }
            | State::Frame { item, .. }
            | State::Opaque(item) => self.entry(item),
        }
    }

    /// Shows `item` as what the state says it is.
    pub(super) fn entry(&self, item: &Item) -> Option<Noted> {
        let (part, label) = match &self.state {
            State::Head(_) => (Part::Bytes, "the beginning of a head".to_owned()),
            State::Body { left: 0, .. } => (Part::Body, "body".to_owned()),
            State::Body { left, .. } => {
                (Part::Body, format!("body, {left} bytes missing"))
            }
            State::UntilEnd(_) => (Part::Body, "body".to_owned()),
            State::ChunkSize(_) => (Part::Bytes, "the beginning of a chunk".to_owned()),
            State::Chunk { left: 0, .. } => (Part::Chunk, "chunk".to_owned()),
            State::Chunk { left, .. } => {
                (Part::Chunk, format!("chunk, {left} bytes missing"))
            }
            State::Trailers(_) => (Part::Chunk, "last chunk".to_owned()),
            State::Held(_) => (Part::Bytes, "bytes before the answer".to_owned()),
            State::FrameHeader(_) => {
                (Part::Bytes, "the beginning of a frame".to_owned())
            }
            State::Frame { left: 0, frame, .. } => (Part::Frame, frame.label()),
            State::Frame { left, frame, .. } => {
                let label = format!("{}, {left} bytes missing", frame.label());
                (Part::Frame, label)
            }
            State::Opaque(_) => (Part::Bytes, "bytes".to_owned()),
        };
        let mut noted = noted(self.number, self.from, item.span?, part, label);
        let entry = &mut noted.entry;
        entry.length = item.excerpt.length();
        entry.content = match &self.state {
            State::Frame { frame, .. } => {
                entry.fields = frame.fields();
                item.excerpt.to_hex()
            }
            _ => item.excerpt.to_content(),
        };
        Some(noted)
    }
}
