//! Frames.

use bytes::BytesMut;
use frames::{Decoder, FrameError, Header, Role, put_frame};

use crate::{split, ways};

/// Enough for three forms of a length.
const MOST: u64 = 70_000;

/// A frame, of which all or a part has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) header: Header,
    pub(crate) payload: Vec<u8>,
    pub(crate) complete: bool,
}

/// Frames are the same however they are cut; and written again, they are the very bytes
/// that were read, since there is only one way to write a frame.
pub fn frame(input: &[u8]) {
    let Some((role, seed, bytes)) = split(input) else {
        return;
    };
    let [whole, others @ ..] =
        ways(seed, bytes.len()).map(|pieces| frames(role, bytes, &pieces));
    for other in others {
        assert_eq!(whole, other);
    }
    let mut written = BytesMut::new();
    for read in &whole.0 {
        let length = read.payload.len() as u64;
        assert!(length <= read.header.payload_length);
        assert_eq!(read.complete, length == read.header.payload_length);
        let before = written.len();
        put_frame(read.header, &read.payload, &mut written);
        if !read.complete {
            // Its length is that of what was announced.
            let header = read.header.encode();
            let payload = bytes.len() - before - header.len();
            assert_eq!(payload as u64, length);
            assert!(bytes[before..].starts_with(&header));
            return;
        }
    }
    assert!(bytes.starts_with(&written));
    // Without an error, what is left is the beginning of a header.
    assert!(whole.1.is_some() || bytes.len() - written.len() < Header::MAX_LENGTH);
}

/// All frames of a stream that comes in pieces, and what ends it.
pub(crate) fn frames(
    role: Role,
    bytes: &[u8],
    pieces: &[usize],
) -> (Vec<Read>, Option<FrameError>) {
    let mut decoder = Decoder::new(role).max_payload(MOST);
    let mut frames: Vec<Read> = Vec::new();
    let mut bytes = bytes.to_vec();
    let mut rest = &mut bytes[..];
    for &length in pieces {
        let (mut input, after) = rest.split_at_mut(length);
        rest = after;
        loop {
            match decoder.decode(&mut input) {
                Ok(None) => break,
                Ok(Some(part)) => {
                    if part.first {
                        frames.push(Read {
                            header: part.header,
                            payload: Vec::new(),
                            complete: false,
                        });
                    }
                    let frame = frames.last_mut().expect("the first part came first");
                    assert_eq!(frame.header, part.header);
                    assert!(!frame.complete);
                    frame.payload.extend_from_slice(part.payload);
                    frame.complete = part.last;
                }
                Err(error) => {
                    assert_eq!(decoder.decode(&mut input), Err(error));
                    return (frames, Some(error));
                }
            }
        }
        assert!(input.is_empty(), "all of it is taken");
    }
    (frames, None)
}
