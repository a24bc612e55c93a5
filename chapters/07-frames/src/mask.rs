//! Masking (RFC 6455 §5.3).

use std::array;

/// The four bytes that a client picks for each frame. They have to be fresh and
/// unpredictable (§5.3, §10.3): whoever sends takes them from the system's randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskingKey(pub [u8; 4]);

/// How many bytes [`mask`] takes at a time: as many as a wide register has.
const WIDTH: usize = 32;

impl MaskingKey {
    /// The key as the byte at `offset` of a payload meets it, repeated.
    #[inline]
    fn repeated(self, offset: usize) -> [u8; WIDTH] {
        let Self(key) = self;
        array::from_fn(|i| key[(offset % 4 + i) % 4])
    }
}

/// Masks `payload`, or unmasks it, which is the same. `offset` is the place of its first
/// byte in the payload of its frame: 0, unless the payload is taken in pieces.
///
/// Takes 32 bytes at a time: an array's length is known, so that the compiler makes a few
/// wide instructions of the inner loop.
#[inline]
pub fn mask(payload: &mut [u8], key: MaskingKey, offset: usize) {
    let key = key.repeated(offset);
    // A whole chunk leaves the key where it was, since 4 divides 32.
    let (chunks, rest) = payload.as_chunks_mut::<WIDTH>();
    for chunk in chunks {
        for (byte, key) in chunk.iter_mut().zip(key) {
            *byte ^= key;
        }
    }
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= key;
    }
}

/// [`mask`], word for word as RFC 6455 §5.3 has it.
pub fn mask_byte_by_byte(payload: &mut [u8], key: MaskingKey, offset: usize) {
    for (i, byte) in payload.iter_mut().enumerate() {
        *byte ^= key.0[(offset % 4 + i) % 4];
    }
}
