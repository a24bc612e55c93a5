//! One direction of a conversation: a state machine over what has come of it.

use super::frame::Frame;
use super::head::{self, Framing, Head, Outcome};
use crate::content::Excerpt;
use crate::recorder::{Noted, Span, noted};
use crate::transcript::{Part, Side};

/// A head, a chunk's size line or bytes held for an answer that are longer than this are
/// shown undecoded.
const MAX_BUFFERED: usize = 256 * 1024;
/// In a head of up to this length every byte is looked at anew for a mistake; in a longer
/// one only the ends of lines are.
const EAGER: usize = 1024;

#[derive(Debug)]
pub(super) struct Direction {
    number: u32,
    from: Side,
    state: State,
}

#[derive(Debug)]
enum State {
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

/// Bytes that must be whole before they are decoded, and when they passed.
#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    span: Option<Span>,
}

/// Bytes that are shown as they come, and when they passed.
#[derive(Debug, Default)]
struct Item {
    span: Option<Span>,
    excerpt: Excerpt,
}

impl Buffer {
    fn push(&mut self, at: Span, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.span = Some(extend(self.span, at));
    }

    fn to_item(&self) -> Item {
        let mut excerpt = Excerpt::default();
        excerpt.push(&self.bytes);
        Item {
            span: self.span,
            excerpt,
        }
    }
}

impl Item {
    fn push(&mut self, at: Span, bytes: &[u8]) {
        self.excerpt.push(bytes);
        self.span = Some(extend(self.span, at));
    }
}

/// From the first byte's sending to the last byte's arrival.
fn extend(so_far: Option<Span>, next: Span) -> Span {
    Span {
        arrived: next.arrived,
        ..so_far.unwrap_or(next)
    }
}

/// Takes up to `left` bytes from the front.
fn split(bytes: &[u8], left: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(left).map_or(bytes.len(), |n| n.min(bytes.len())))
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

    /// Reads on after a head; gives the bytes that are left over.
    pub(super) fn rest<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        match &mut self.state {
            State::Head(_) => bytes,
            State::Body { left, item } => {
                let (now, rest) = split(bytes, *left);
                item.push(at, now);
                *left -= now.len() as u64;
                if *left == 0 {
                    out.extend(self.finish());
                    self.begin(Framing::Nothing);
                }
                rest
            }
            State::UntilEnd(item) | State::Opaque(item) => {
                // What is sent at another time is shown as an entry of its own.
                if item.span.is_some_and(|span| span.sent != at.sent) {
                    let earlier = std::mem::take(item);
                    item.push(at, bytes);
                    out.extend(self.entry(&earlier));
                } else {
                    item.push(at, bytes);
                }
                &[]
            }
            State::Held(buffer) => {
                buffer.push(at, bytes);
                if buffer.bytes.len() > MAX_BUFFERED {
                    self.state = State::Opaque(buffer.to_item());
                }
                &[]
            }
            State::ChunkSize(_) | State::Chunk { .. } | State::Trailers(_) => {
                self.chunked(at, bytes, out)
            }
            State::FrameHeader(_) | State::Frame { .. } => self.framed(at, bytes, out),
        }
    }

    fn chunked<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        match &mut self.state {
            State::ChunkSize(buffer) => {
                let (line, rest) = split_line(bytes);
                buffer.push(at, line);
                match httparse::parse_chunk_size(&buffer.bytes) {
                    Ok(httparse::Status::Complete((_, 0))) => {
                        self.state = State::Trailers(std::mem::take(buffer));
                    }
                    Ok(httparse::Status::Complete((_, size))) => {
                        self.state = State::Chunk {
                            left: size.saturating_add(2),
                            item: buffer.to_item(),
                        };
                    }
                    Ok(httparse::Status::Partial)
                        if buffer.bytes.len() < MAX_BUFFERED => {}
                    _ => self.state = State::Opaque(buffer.to_item()),
                }
                rest
            }
            State::Chunk { left, item } => {
                let (now, rest) = split(bytes, *left);
                item.push(at, now);
                *left -= now.len() as u64;
                if *left == 0 {
                    out.extend(self.finish());
                    self.begin(Framing::Chunked);
                }
                rest
            }
            State::Trailers(buffer) => {
                let (line, rest) = split_line(bytes);
                buffer.push(at, line);
                if buffer.bytes.ends_with(b"\n\r\n") || buffer.bytes.ends_with(b"\n\n")
                {
                    out.extend(self.finish());
                    self.begin(Framing::Nothing);
                } else if buffer.bytes.len() > MAX_BUFFERED {
                    self.state = State::Opaque(buffer.to_item());
                }
                rest
            }
            _ => bytes,
        }
    }

    fn framed<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        match &mut self.state {
            State::FrameHeader(buffer) => {
                let before = buffer.bytes.len();
                // No header is longer than 14 bytes (RFC 6455 §5.2).
                let (now, _) = split(bytes, (14 - before) as u64);
                let mut candidate = buffer.bytes.clone();
                candidate.extend_from_slice(now);
                let Some(frame) = Frame::parse(&candidate) else {
                    buffer.push(at, now);
                    if buffer.bytes.len() == 14 {
                        self.state = State::Opaque(buffer.to_item());
                    }
                    return &bytes[now.len()..];
                };
                let used = frame.header_length() - before;
                buffer.push(at, &bytes[..used]);
                self.state = State::Frame {
                    left: frame.payload_length(),
                    item: buffer.to_item(),
                    frame: Box::new(frame),
                };
                self.payload(at, &bytes[used..], out)
            }
            _ => self.payload(at, bytes, out),
        }
    }

    fn payload<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        let State::Frame { left, frame, item } = &mut self.state else {
            return bytes;
        };
        let (now, rest) = split(bytes, *left);
        if !now.is_empty() {
            item.push(at, now);
            frame.push(now);
        }
        *left -= now.len() as u64;
        if *left == 0 {
            out.extend(self.finish());
            self.begin(Framing::Frames);
        }
        rest
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
    fn entry(&self, item: &Item) -> Option<Noted> {
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

/// Up to and with the first line end, and the rest.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| *b == b'\n');
    bytes.split_at(end.map_or(bytes.len(), |at| at + 1))
}
