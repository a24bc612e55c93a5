//! How each state of a direction takes the next bytes, and what it becomes. All of them
//! give back the bytes that they leave to the next state.

use super::direction::{Direction, MAX_BUFFERED, State};
use super::frame::Frame;
use super::head::Framing;
use super::item::{split, split_line};
use crate::recorder::{Noted, Span};

/// No frame header is longer (RFC 6455 §5.2).
const MAX_FRAME_HEADER: usize = 14;

impl Direction {
    pub(super) fn body<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        let State::Body { left, item } = &mut self.state else {
            return bytes;
        };
        let (now, rest) = split(bytes, *left);
        item.push(at, now);
        *left -= now.len() as u64;
        if *left == 0 {
            out.extend(self.finish());
            self.begin(Framing::Nothing);
        }
        rest
    }

    /// What has no end of its own: what is sent at another time is another entry.
    pub(super) fn piece<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        let (State::UntilEnd(item) | State::Opaque(item)) = &mut self.state else {
            return bytes;
        };
        if item.span.is_some_and(|span| span.sent != at.sent) {
            let earlier = std::mem::take(item);
            item.push(at, bytes);
            out.extend(self.entry(&earlier));
        } else {
            item.push(at, bytes);
        }
        &[]
    }

    pub(super) fn hold<'a>(&mut self, at: Span, bytes: &'a [u8]) -> &'a [u8] {
        let State::Held(buffer) = &mut self.state else {
            return bytes;
        };
        buffer.push(at, bytes);
        if buffer.bytes.len() > MAX_BUFFERED {
            self.state = State::Opaque(buffer.to_item());
        }
        &[]
    }

    pub(super) fn chunk_size<'a>(&mut self, at: Span, bytes: &'a [u8]) -> &'a [u8] {
        let State::ChunkSize(buffer) = &mut self.state else {
            return bytes;
        };
        let (line, rest) = split_line(bytes);
        buffer.push(at, line);
        match httparse::parse_chunk_size(&buffer.bytes) {
            Ok(httparse::Status::Complete((_, 0))) => {
                self.state = State::Trailers(std::mem::take(buffer));
            }
            Ok(httparse::Status::Complete((_, size))) => {
                self.state = State::Chunk {
                    // The data and the line end after it.
                    left: size.saturating_add(2),
                    item: buffer.to_item(),
                };
            }
            Ok(httparse::Status::Partial) if buffer.bytes.len() < MAX_BUFFERED => {}
            Ok(httparse::Status::Partial) | Err(_) => {
                self.state = State::Opaque(buffer.to_item());
            }
        }
        rest
    }

    pub(super) fn chunk<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        let State::Chunk { left, item } = &mut self.state else {
            return bytes;
        };
        let (now, rest) = split(bytes, *left);
        item.push(at, now);
        *left -= now.len() as u64;
        if *left == 0 {
            out.extend(self.finish());
            self.begin(Framing::Chunked);
        }
        rest
    }

    pub(super) fn trailers<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        let State::Trailers(buffer) = &mut self.state else {
            return bytes;
        };
        let (line, rest) = split_line(bytes);
        buffer.push(at, line);
        // The size line is in the buffer too, so an empty line follows another line.
        if buffer.bytes.ends_with(b"\n\r\n") || buffer.bytes.ends_with(b"\n\n") {
            out.extend(self.finish());
            self.begin(Framing::Nothing);
        } else if buffer.bytes.len() > MAX_BUFFERED {
            self.state = State::Opaque(buffer.to_item());
        }
        rest
    }

    pub(super) fn frame_header<'a>(
        &mut self,
        at: Span,
        bytes: &'a [u8],
        out: &mut Vec<Noted>,
    ) -> &'a [u8] {
        let State::FrameHeader(buffer) = &mut self.state else {
            return bytes;
        };
        let before = buffer.bytes.len();
        let (now, _) = split(bytes, (MAX_FRAME_HEADER - before) as u64);
        let candidate = [&buffer.bytes, now].concat();
        let Some(frame) = Frame::parse(&candidate) else {
            buffer.push(at, now);
            if buffer.bytes.len() == MAX_FRAME_HEADER {
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

    pub(super) fn payload<'a>(
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
}
