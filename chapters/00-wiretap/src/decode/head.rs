//! Heads, read by `httparse`, and what they say of the body that follows.

use crate::content::{Content, escape};
use crate::recorder::{Noted, Span, noted};
use crate::transcript::{Part, Side};

/// More header fields than this and the bytes are shown undecoded.
const MAX_HEADERS: usize = 256;

/// How the bytes after a head are to be read (RFC 9112 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// No body: the next head follows.
    Nothing,
    /// `Content-Length`.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// A response without either: up to the end of the stream.
    UntilEnd,
    /// WebSocket frames, after `101 Switching Protocols`.
    Frames,
    /// A request to upgrade: what follows it depends on the answer.
    Held,
}

/// A decoded head.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) noted: Noted,
    /// Of a request; empty for a response.
    pub(super) method: String,
    /// Of a response; 0 for a request.
    pub(super) status: u16,
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
}

/// What came of reading a head.
pub(super) enum Outcome {
    Complete(Box<Head>, usize),
    Partial,
    NotHttp,
}

pub(super) fn parse(number: u32, from: Side, span: Span, bytes: &[u8]) -> Outcome {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut method = String::new();
    let mut status = 0;
    let (part, result) = match from {
        Side::Client => {
            let mut request = httparse::Request::new(&mut headers);
            let result = request.parse(bytes);
            method = request.method.unwrap_or_default().to_owned();
            (Part::RequestHead, result)
        }
        Side::Server => {
            let mut response = httparse::Response::new(&mut headers);
            let result = response.parse(bytes);
            status = response.code.unwrap_or_default();
            (Part::ResponseHead, result)
        }
    };
    let used = match result {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Outcome::Partial,
        Err(_) => return Outcome::NotHttp,
    };
    let raw = &bytes[..used];
    let mut noted = noted(number, from, span, part, start_line(raw));
    noted.entry.length = used as u64;
    noted.entry.content = Content::text(raw);
    let mut head = Head {
        noted,
        method,
        status,
        length: None,
        chunked: false,
        upgrade: false,
    };
    headers.iter().for_each(|header| head.note(header));
    Outcome::Complete(Box::new(head), used)
}

fn start_line(head: &[u8]) -> String {
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end);
    escape(lines.find(|line| !line.is_empty()).unwrap_or_default())
}

impl Head {
    fn note(&mut self, header: &httparse::Header<'_>) {
        let value = std::str::from_utf8(header.value).unwrap_or_default();
        let has = |token: &str| {
            let mut tokens = value.split(',').map(str::trim);
            tokens.any(|t| t.eq_ignore_ascii_case(token))
        };
        if header.name.eq_ignore_ascii_case("content-length") {
            self.length = value.trim().parse().ok();
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            self.chunked = has("chunked");
        } else if header.name.eq_ignore_ascii_case("upgrade") {
            self.upgrade = has("websocket");
        }
    }

    pub(super) fn request_framing(&self) -> Framing {
        match (self.chunked, self.length) {
            (true, _) => Framing::Chunked,
            (false, Some(length)) if length > 0 => Framing::Length(length),
            (false, _) if self.upgrade => Framing::Held,
            (false, _) => Framing::Nothing,
        }
    }

    /// `method` is that of the request which this answers, where it was seen.
    pub(super) fn response_framing(&self, method: Option<&str>) -> Framing {
        match self.status {
            101 if self.upgrade => Framing::Frames,
            100..200 | 204 | 304 => Framing::Nothing,
            _ if method == Some("HEAD") => Framing::Nothing,
            _ => match (self.chunked, self.length) {
                (true, _) => Framing::Chunked,
                (false, Some(0)) => Framing::Nothing,
                (false, Some(length)) => Framing::Length(length),
                (false, None) => Framing::UntilEnd,
            },
        }
    }
}
