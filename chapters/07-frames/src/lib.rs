//! Chapter 7 of *WebSockets from the Wire Up*: frames.
//!
//! After the handshake both sides send frames: a header of 2 to 14 bytes, and a payload.
//!
//! * [`Header`] is what stands before a payload: from bytes and to bytes, RFC 6455 §5.2.
//! * [`mask`] masks and unmasks, §5.3; [`mask_byte_by_byte`] is the same as the RFC has it.
//! * [`Decoder`] reads the frames of one connection, out of bytes that come in any pieces,
//!   and hands on each [`Part`] of a payload as it arrives. It keeps no payload.
//! * [`put_frame`] writes one.
//! * [`inspect`] names the bits of any bytes, for the chapter's tool and its lab.
//!
//! Nothing here does I/O or makes up a masking key. What frames mean together is the next
//! chapter's matter.

mod decoder;
mod error;
mod header;
mod inspect;
mod mask;
mod opcode;
mod parse;

pub use decoder::{DEFAULT_MAX_PAYLOAD, Decoder, Part, Role};
pub use error::FrameError;
pub use header::{EncodedHeader, Header, Rsv, put_frame};
pub use inspect::{Field, Inspection, inspect};
pub use mask::{MaskingKey, mask, mask_byte_by_byte};
pub use opcode::Opcode;
