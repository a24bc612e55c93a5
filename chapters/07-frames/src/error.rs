//! Everything that can be wrong with a frame.

use std::fmt;

use crate::header::Rsv;
use crate::opcode::Opcode;

/// Why some bytes are no frame that this end may take. Where the next frame begins is not
/// known any more: the connection has to be failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// These reserved bits are set, and no extension that was agreed on uses them.
    ReservedBits(Rsv),
    /// An opcode to which the RFC gives no meaning.
    ReservedOpcode(u8),
    /// A control frame without FIN.
    FragmentedControl(Opcode),
    /// A control frame that announces more than 125 bytes.
    ControlTooLong(Opcode),
    /// A frame from a client that is not masked.
    Unmasked,
    /// A frame from a server that is masked.
    Masked,
    /// A payload length in more bytes than it needs.
    LengthNotShortest,
    /// A payload length of 64 bits with its top bit set.
    LengthTopBit,
    /// A payload longer than the limit of this end, which is given here, in bytes.
    PayloadTooLarge(u64),
}

impl FrameError {
    /// The code for the close frame that tells the peer: 1009 for a payload that is too
    /// large, 1002 for everything else (RFC 6455 §7.4.1).
    pub fn close_code(self) -> u16 {
        match self {
            Self::PayloadTooLarge(_) => 1009,
            Self::ReservedBits(_)
            | Self::ReservedOpcode(_)
            | Self::FragmentedControl(_)
            | Self::ControlTooLong(_)
            | Self::Unmasked
            | Self::Masked
            | Self::LengthNotShortest
            | Self::LengthTopBit => 1002,
        }
    }

    /// The section of RFC 6455 that asks for the refusal.
    pub fn section(self) -> &'static str {
        match self {
            Self::Unmasked | Self::Masked => "5.1",
            Self::ReservedBits(_)
            | Self::ReservedOpcode(_)
            | Self::LengthNotShortest
            | Self::LengthTopBit => "5.2",
            Self::FragmentedControl(_) | Self::ControlTooLong(_) => "5.5",
            Self::PayloadTooLarge(_) => "10.4",
        }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReservedBits(rsv) => {
                write!(f, "{rsv} set, which no agreed extension uses")?;
            }
            Self::ReservedOpcode(bits) => {
                write!(f, "opcode {bits:X}, which is reserved")?
            }
            Self::FragmentedControl(opcode) => {
                write!(f, "a {opcode} frame without FIN")?
            }
            Self::ControlTooLong(opcode) => {
                write!(f, "a {opcode} frame with more than 125 bytes")?;
            }
            Self::Unmasked => f.write_str("a client's frame that is not masked")?,
            Self::Masked => f.write_str("a server's frame that is masked")?,
            Self::LengthNotShortest => {
                f.write_str("a payload length in more bytes than it needs")?;
            }
            Self::LengthTopBit => {
                f.write_str("a payload length with its top bit set")?
            }
            Self::PayloadTooLarge(limit) => {
                write!(f, "a payload of more than {limit} bytes")?;
            }
        }
        write!(f, " (RFC 6455 §{})", self.section())
    }
}

impl std::error::Error for FrameError {}
