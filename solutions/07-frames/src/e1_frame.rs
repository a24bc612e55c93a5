//! A client's frame, byte by byte.

use frames::{MaskingKey, Opcode};

/// A client's frame.
pub fn client_frame(opcode: Opcode, key: MaskingKey, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode.bits()];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(key.0);
    let masked = payload
        .iter()
        .enumerate()
        .map(|(i, byte)| byte ^ key.0[i % 4]);
    frame.extend(masked);
    frame
}
