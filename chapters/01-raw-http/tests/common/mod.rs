//! What the tests of this chapter share.
#![allow(dead_code, reason = "each test target uses its part of it")]

use bytes::BytesMut;
use raw_http::{
    Answer, Event, Limits, Request, RequestDecoder, ResponseDecoder, ResponseError,
    status_of,
};

/// What a server makes of a stream of bytes: the requests in it and, after them, the
/// status and the text of the mistake that ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) requests: Vec<Request>,
    pub(crate) mistake: Option<(u16, String)>,
}

/// Decodes `pieces` as they would come out of successive reads, and then the end.
pub(crate) fn decode<'a>(
    limits: &Limits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut decoder = RequestDecoder::new(limits.clone());
    let mut buffer = BytesMut::new();
    let mut requests = Vec::new();
    let mut result = Ok(());
    'reads: for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(Event::Request(request))) => requests.push(request),
                Ok(Some(Event::ExpectContinue)) => {}
                Ok(None) => break,
                Err(error) => {
                    result = Err(error);
                    break 'reads;
                }
            }
        }
    }
    let result = result.and_then(|()| decoder.finish(&buffer));
    let mistake = result.err().map(|error| {
        let status = status_of(&error).expect("no I/O fails here");
        (status, error.to_string())
    });
    Outcome { requests, mistake }
}

/// Decodes `bytes` whole, in two pieces cut at every point, and byte by byte: always with
/// the same outcome.
pub(crate) fn at_every_split(limits: &Limits, bytes: &[u8]) -> Outcome {
    let whole = decode(limits, [bytes]);
    for cut in 0..=bytes.len() {
        let (a, b) = bytes.split_at(cut);
        assert_eq!(decode(limits, [a, b]), whole, "cut after {cut} bytes");
    }
    assert_eq!(decode(limits, bytes.chunks(1)), whole, "byte by byte");
    whole
}

/// The status with which the bytes are refused, at every split point; none when they are
/// taken.
pub(crate) fn refusal(bytes: &str) -> Option<u16> {
    let outcome = at_every_split(&Limits::default(), bytes.as_bytes());
    outcome.mistake.map(|(status, _)| status)
}

/// The one request that the bytes are, at every split point.
pub(crate) fn request(bytes: &str) -> Request {
    let mut outcome = at_every_split(&Limits::default(), bytes.as_bytes());
    assert_eq!(outcome.mistake, None);
    assert_eq!(outcome.requests.len(), 1);
    outcome.requests.remove(0)
}

/// The answer that a client reads from the bytes and the end after them, at every split
/// point.
pub(crate) fn answer(method: &str, bytes: &str) -> Result<Answer, ResponseError> {
    let whole = answer_from(method, [bytes.as_bytes()]);
    for cut in 0..=bytes.len() {
        let (a, b) = bytes.as_bytes().split_at(cut);
        assert_eq!(answer_from(method, [a, b]), whole, "cut after {cut} bytes");
    }
    whole
}

fn answer_from<'a>(
    method: &str,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Answer, ResponseError> {
    let mut decoder = ResponseDecoder::new(method, Limits::default());
    let mut buffer = BytesMut::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        if let Some(answer) = decoder.decode(&mut buffer)? {
            return Ok(answer);
        }
    }
    decoder.finish(&mut buffer)
}
