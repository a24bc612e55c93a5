//! Masking (RFC 6455 §5.3).

/// The four bytes that a client picks for each frame. They have to be fresh and
/// unpredictable (§5.3, §10.3): whoever sends takes them from the system's randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskingKey(pub [u8; 4]);

/// Masks `payload`, or unmasks it, which is the same. `offset` is the place of its first
/// byte in the payload of its frame: 0, unless the payload is taken in pieces.
///
/// It takes four bytes for one number, and an array for four bytes: then the compiler sees
/// that no two of them depend on each other, and takes as many as a register holds.
#[inline]
pub fn mask(payload: &mut [u8], key: MaskingKey, offset: usize) {
    let MaskingKey(key) = key;
    // In this order the first byte of the key is the last of the number: to turn it to the
    // right is to begin with a later byte.
    let word = u32::from_le_bytes(key).rotate_right(8 * (offset % 4) as u32);
    let (chunks, rest) = payload.as_chunks_mut();
    for chunk in chunks {
        *chunk = (u32::from_le_bytes(*chunk) ^ word).to_le_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(&word.to_le_bytes()) {
        *byte ^= key;
    }
}

/// [`mask`], word for word as RFC 6455 §5.3 has it.
pub fn mask_byte_by_byte(payload: &mut [u8], key: MaskingKey, offset: usize) {
    for (i, byte) in payload.iter_mut().enumerate() {
        *byte ^= key.0[(offset % 4 + i) % 4];
    }
}
