//! Parsing at every point where a read may end.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::time::Duration;

use bytes::BytesMut;
use server_sent_events::{Limits, Message, ParseError, Parser};

/// What became of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) messages: Vec<Message>,
    pub(crate) last_event_id: String,
    pub(crate) retry: Option<Duration>,
    pub(crate) error: Option<ParseError>,
}

impl Outcome {
    /// The data of the messages.
    pub(crate) fn data(&self) -> Vec<&str> {
        self.messages
            .iter()
            .map(|message| &message.data[..])
            .collect()
    }
}

/// Parses the pieces as they come, and no further after an error.
pub(crate) fn parse_pieces<'a>(
    limits: Limits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut parser = Parser::new(limits);
    let mut buffer = BytesMut::new();
    let mut messages = Vec::new();
    let mut error = None;
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match parser.decode(&mut buffer) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(mistake) => error = Some(mistake),
            }
            if error.is_some() {
                break;
            }
        }
        if error.is_some() {
            break;
        }
    }
    Outcome {
        messages,
        last_event_id: parser.last_event_id().to_owned(),
        retry: parser.retry(),
        error,
    }
}

/// Parses the bytes whole, cut in two at every point, and byte by byte: it must make no
/// difference.
pub(crate) fn parse_limited(limits: Limits, bytes: impl AsRef<[u8]>) -> Outcome {
    let bytes = bytes.as_ref();
    let whole = parse_pieces(limits, [bytes]);
    for cut in 0..=bytes.len() {
        let (left, right) = bytes.split_at(cut);
        let cut_once = parse_pieces(limits, [left, right]);
        assert_eq!(cut_once, whole, "cut after byte {cut} of {bytes:?}");
    }
    let each_byte = parse_pieces(limits, bytes.chunks(1));
    assert_eq!(each_byte, whole, "each byte alone of {bytes:?}");
    whole
}

pub(crate) fn parse(bytes: impl AsRef<[u8]>) -> Outcome {
    parse_limited(Limits::default(), bytes)
}

/// The data of the messages of a stream.
pub(crate) fn data(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let messages = parse(bytes).messages;
    messages.into_iter().map(|message| message.data).collect()
}
