//! A place for an extension (RFC 6455 §9).

use std::fmt::Debug;

use frames::{Header, Part, Rsv};
use messages::{Assembler, Received};

use crate::event::Failure;

/// What both sides have agreed on in the handshake, between frames and messages. Chapter
/// 10's compression is one.
pub trait Extension: Debug + Send {
    /// The reserved bits to which it gives a meaning. Others fail the connection.
    fn rsv(&self) -> Rsv;

    /// Takes a part of a frame, and hands on to `assembler` what it stands for: itself, or
    /// other parts. A message is complete with the last part of a frame with FIN.
    ///
    /// # Errors
    ///
    /// When it stands for nothing, or the assembler refuses it.
    fn receive<'a>(
        &mut self,
        part: Part<'a>,
        assembler: &mut Assembler,
    ) -> Result<Option<Received<'a>>, Failure>;

    /// Turns the payload of a message into what is to be sent, and sets the header's bits;
    /// `None` leaves it as it is.
    fn send(&mut self, header: &mut Header, payload: &[u8]) -> Option<Vec<u8>>;
}
