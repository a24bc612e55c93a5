//! Masking (RFC 6455 §5.3).

use frames::{MaskingKey, mask, mask_byte_by_byte};
use proptest::prelude::*;

const KEY: MaskingKey = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);

#[test]
fn rfc6455_5_3_each_byte_meets_the_byte_of_the_key_at_its_place_modulo_4() {
    for mask in [mask, mask_byte_by_byte] {
        let mut payload = *b"\0\0\0\0\0\xff";
        mask(&mut payload, KEY, 0);
        assert_eq!(payload, [0x37, 0xfa, 0x21, 0x3d, 0x37, 0x05]);
        // The third byte of a payload meets the third byte of the key.
        let mut payload = [0; 3];
        mask(&mut payload, KEY, 2);
        assert_eq!(payload, [0x21, 0x3d, 0x37]);
        let mut payload = [0; 3];
        mask(&mut payload, KEY, usize::MAX - 1);
        assert_eq!(payload, [0x21, 0x3d, 0x37], "no place is too far");
    }
}

#[test]
fn rfc6455_5_3_four_bytes_at_a_time_are_one_at_a_time() {
    // Each length around the borders of registers, and each place in the key.
    for length in 0..=100 {
        for offset in 0..8 {
            let mut wide: Vec<u8> = (0..length).collect();
            let mut narrow = wide.clone();
            mask(&mut wide, KEY, offset);
            mask_byte_by_byte(&mut narrow, KEY, offset);
            assert_eq!(wide, narrow, "{length} bytes from {offset}");
        }
    }
}

proptest! {
    #[test]
    fn rfc6455_5_3_masking_twice_is_not_masking(
        payload: Vec<u8>,
        key: [u8; 4],
        offset: usize,
    ) {
        let mut masked = payload.clone();
        mask(&mut masked, MaskingKey(key), offset);
        mask(&mut masked, MaskingKey(key), offset);
        prop_assert_eq!(masked, payload);
    }

    #[test]
    fn rfc6455_5_3_pieces_are_masked_as_the_whole(
        mut payload: Vec<u8>,
        key: [u8; 4],
        cut: prop::sample::Index,
    ) {
        let cut = cut.index(payload.len() + 1);
        let mut whole = payload.clone();
        mask_byte_by_byte(&mut whole, MaskingKey(key), 0);
        let (front, rest) = payload.split_at_mut(cut);
        mask(front, MaskingKey(key), 0);
        mask(rest, MaskingKey(key), cut);
        prop_assert_eq!(payload, whole);
    }
}
