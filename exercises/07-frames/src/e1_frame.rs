//! Write a client's frame, byte by byte.
//!
//! `client_frame` gets an opcode, a masking key and a payload of any length. It gives the
//! bytes of one frame that is a whole message (FIN is set, no reserved bit is), masked with
//! the key:
//!
//! * a first byte: FIN, and the opcode's four bits, `opcode.bits()`;
//! * a second byte: the MASK bit, and the length, or 126 or 127;
//! * the length in two or eight bytes more, if it needs them, the most significant byte
//!   first. A length is written in the fewest bytes that it fits in;
//! * the four bytes of the key, `key.0`;
//! * the payload, each byte XORed with the byte of the key at its place modulo 4.
//!
//! Use neither `Header::encode` nor `mask`: they are what you are writing.

use frames::{MaskingKey, Opcode};

/// A client's frame.
pub fn client_frame(opcode: Opcode, key: MaskingKey, payload: &[u8]) -> Vec<u8> {
    todo!("write the two bytes, the length, the key, and the masked payload")
}
