//! A decoder gives you frames; your program wants messages. Write what stands between them,
//! `Gather::receive`, by these rules (RFC 6455 §5.4, §5.5):
//!
//! * a text or binary frame begins a message, and continuation frames go on with it, until
//!   one of them has FIN. Then the message is complete: `Event::Message` with the type of
//!   its first frame and the bytes of all of them;
//! * a control frame may come at any time, also between two fragments. It is told at once,
//!   as `Event::Control`, and changes nothing else;
//! * a fragment may be empty;
//! * a continuation when no message has begun is refused with the close code 1002, and so is
//!   a text or binary frame when a message has not ended;
//! * a message of more than `max_bytes`, or of more than `max_fragments` frames, is refused
//!   with 1009, by the frame that makes it so.
//!
//! After a refusal nobody calls it again. What its texts are made of is the matter of the
//! next exercise.

use frames::Opcode;

/// A frame, unmasked. Its header has been checked: a control frame has FIN.
pub struct Frame {
    pub fin: bool,
    pub opcode: Opcode,
    pub payload: Vec<u8>,
}

/// What a frame completes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message: `Opcode::Text` or `Opcode::Binary`, and all of its bytes.
    Message(Opcode, Vec<u8>),
    /// A control frame and its payload.
    Control(Opcode, Vec<u8>),
}

/// Puts messages together.
pub struct Gather {
    max_bytes: usize,
    max_fragments: usize,
    // What else do you need?
}

impl Gather {
    /// Waits for a message.
    pub fn new(max_bytes: usize, max_fragments: usize) -> Self {
        Self {
            max_bytes,
            max_fragments,
        }
    }

    /// Takes the next frame: what is complete with it, or the code to close with.
    pub fn receive(&mut self, frame: Frame) -> Result<Option<Event>, u16> {
        todo!("gather fragments, and let control frames through")
    }
}
