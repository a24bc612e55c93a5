//! Masking (RFC 6455 §5.3).

/// The four bytes that a client picks for each frame. They have to be fresh and
/// unpredictable (§5.3, §10.3): whoever sends takes them from the system's randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskingKey(pub [u8; 4]);

impl MaskingKey {
    /// The key as it meets the bytes from `offset` on.
    #[inline]
    fn rotated(self, offset: usize) -> [u8; 4] {
        let Self(mut key) = self;
        key.rotate_left(offset % 4);
        key
    }
}

/// Masks `payload`, or unmasks it, which is the same. `offset` is the place of its first
/// byte in the payload of its frame: 0, unless the payload is taken in pieces.
///
/// It takes four bytes for one number, and an array for four bytes: then the compiler sees
/// that no two of them depend on each other, and takes as many as a register holds.
#[inline]
pub fn mask(payload: &mut [u8], key: MaskingKey, offset: usize) {
    let key = key.rotated(offset);
    let word = u32::from_ne_bytes(key);
    let (chunks, rest) = payload.as_chunks_mut();
    for chunk in chunks {
        *chunk = (u32::from_ne_bytes(*chunk) ^ word).to_ne_bytes();
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
