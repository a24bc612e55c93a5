//! Generated bodies and mutations of them: what goes in comes out, and nothing panics.

#[path = "common/chunks.rs"]
mod chunks;

use bytes::BytesMut;
use chunks::decode;
use http_streaming::{ChunkLimits, put_chunk, put_last_chunk};
use proptest::prelude::*;
use raw_http::Headers;

fn encode(chunks: &[Vec<u8>], trailers: &Headers) -> BytesMut {
    let mut out = BytesMut::new();
    for chunk in chunks {
        put_chunk(chunk, &mut out);
    }
    put_last_chunk(trailers, &mut out);
    out
}

fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8)
}

fn trailers() -> impl Strategy<Value = Headers> {
    let field = ("[A-Za-z][A-Za-z0-9-]{0,8}", "[!-~]{0,8}");
    prop::collection::vec(field, 0..4).prop_map(|fields| {
        let fields = fields.iter().map(|(name, value)| (&name[..], &value[..]));
        // `Te` is a word that can be drawn, and may not stand in a trailer.
        let fields = fields.filter(|(name, _)| !name.eq_ignore_ascii_case("te"));
        Headers::from_iter(fields)
    })
}

/// Cuts bytes into reads.
fn reads<'a>(mut bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes {
        let (piece, rest) = bytes.split_at((*size).min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces.push(bytes);
    pieces
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_however_it_is_cut(
        chunks in chunks(),
        trailers in trailers(),
        rest in prop::collection::vec(any::<u8>(), 0..8),
        sizes in prop::collection::vec(0..30_usize, 0..30),
    ) {
        let mut bytes = encode(&chunks, &trailers);
        bytes.extend_from_slice(&rest);
        let outcome = decode(&ChunkLimits::default(), reads(&bytes, &sizes));
        prop_assert_eq!(outcome.data, chunks.concat());
        prop_assert_eq!(outcome.end, Ok(trailers));
        prop_assert_eq!(outcome.rest, rest);
    }

    #[test]
    fn a_mutation_is_decoded_or_refused_and_the_cuts_make_no_difference(
        chunks in chunks(),
        trailers in trailers(),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), 0..5_u8, any::<u8>()), 1..6),
        sizes in prop::collection::vec(0..30_usize, 0..30),
    ) {
        let mut bytes = encode(&chunks, &trailers).to_vec();
        for (place, kind, byte) in mutations {
            let at = place.index(bytes.len() + 1);
            match kind {
                0 => bytes.insert(at, byte),
                // The bytes that mean something here.
                1 => bytes.insert(at, b"\r\n0fF;: \t\0"[usize::from(byte) % 10]),
                2 if at < bytes.len() => bytes[at] = byte,
                3 if at < bytes.len() => { bytes.remove(at); }
                _ => bytes.truncate(at),
            }
        }
        let whole = decode(&ChunkLimits::default(), [&bytes[..]]);
        let cut = decode(&ChunkLimits::default(), reads(&bytes, &sizes));
        prop_assert_eq!(whole, cut);
    }

    #[test]
    fn any_bytes_at_all_make_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let whole = decode(&ChunkLimits::default(), [&bytes[..]]);
        prop_assert_eq!(whole, decode(&ChunkLimits::default(), bytes.chunks(1)));
    }
}
