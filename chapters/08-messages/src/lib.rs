//! Chapter 8: messages, which may arrive in fragments with control frames between them,
//! and whose text is checked as it arrives (RFC 6455 §5.4, §5.5, §8.1).
//!
//! An [`Assembler`] takes what chapter 7's decoder gives.

mod assembler;
mod error;
mod message;
mod text;
mod trace;

pub use assembler::Assembler;
pub use error::MessageError;
pub use message::{Limits, Message, Received};
pub use text::{InvalidUtf8, Text, whole};
pub use trace::{Refusal, Step, Tracer, hex, trace};
