//! What the tests of this chapter share.

// Each test is a program of its own, and none of them uses everything.
#![allow(dead_code)]

use frames::{Decoder, FrameError, Header, MaskingKey, Opcode};

/// A frame with its payload unmasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) header: Header,
    pub(crate) payload: Vec<u8>,
}

/// The key of RFC 6455 §5.7.
pub(crate) const KEY: MaskingKey = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);

/// `65,536`
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    groups
        .iter()
        .map(|group| String::from_utf8_lossy(group))
        .collect::<Vec<_>>()
        .join(",")
}

/// Feeds the pieces to the decoder, puts the parts of each frame together, and says with
/// what mistake it ends, if it does.
pub(crate) fn decode_pieces<'a>(
    decoder: &mut Decoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Frame>, Option<FrameError>) {
    let mut frames = Vec::new();
    let mut under_way: Option<Frame> = None;
    for piece in pieces {
        let mut bytes = piece.to_vec();
        let mut input = &mut bytes[..];
        loop {
            let part = match decoder.decode(&mut input) {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            };
            assert_eq!(
                part.first,
                under_way.is_none(),
                "a frame has one first part"
            );
            let frame = under_way.get_or_insert_with(|| Frame {
                header: part.header,
                payload: Vec::new(),
            });
            assert_eq!(
                frame.header, part.header,
                "each part has its frame's header"
            );
            frame.payload.extend_from_slice(part.payload);
            let length = frame.payload.len() as u64;
            assert_eq!(part.last, length == part.header.payload_length);
            if part.last {
                frames.extend(under_way.take());
            }
        }
        assert!(input.is_empty(), "all of the input is taken");
    }
    (frames, None)
}

/// The bytes in two pieces, cut at each place; then one byte at a time.
pub(crate) fn cuts(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut cuts: Vec<Vec<_>> = (0..=bytes.len())
        .map(|at| vec![&bytes[..at], &bytes[at..]])
        .collect();
    cuts.push(bytes.chunks(1).collect());
    cuts
}

/// What the decoder makes of the bytes, however they are cut.
pub(crate) fn decode_at_every_cut(
    decoder: &Decoder,
    bytes: &[u8],
) -> (Vec<Frame>, Option<FrameError>) {
    let whole = decode_pieces(&mut decoder.clone(), [bytes]);
    for pieces in cuts(bytes) {
        let cut = decode_pieces(&mut decoder.clone(), pieces.iter().copied());
        assert_eq!(cut, whole, "cut into {pieces:x?}");
    }
    whole
}

/// A frame that ends its message, and this payload.
pub(crate) fn frame(opcode: Opcode, key: Option<MaskingKey>, payload: &[u8]) -> Frame {
    Frame {
        header: Header {
            masking_key: key,
            ..Header::new(opcode, payload.len() as u64)
        },
        payload: payload.to_vec(),
    }
}
