//! Everything that can be wrong with a message whose frames are right.

use std::fmt;

use frames::Opcode;

use crate::text::InvalidUtf8;

/// Why some frames are no message that this end takes. The connection has to be failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageError {
    /// A continuation, where no message has begun.
    NothingToContinue,
    /// The first frame of a message, with this opcode, before the last of another.
    MessageUnderWay(Opcode),
    /// More bytes than the limit of this end, which is given here.
    TooLarge(usize),
    /// More fragments than the limit of this end, which is given here.
    TooManyFragments(u32),
    /// A text that is not UTF-8.
    InvalidUtf8(InvalidUtf8),
}

impl MessageError {
    /// The code for the close frame that tells the peer (RFC 6455 §7.4.1): 1007 for what
    /// is no text, 1009 for what is too big to process, 1002 for broken rules.
    pub fn close_code(self) -> u16 {
        match self {
            Self::NothingToContinue | Self::MessageUnderWay(_) => 1002,
            Self::InvalidUtf8(_) => 1007,
            Self::TooLarge(_) | Self::TooManyFragments(_) => 1009,
        }
    }

    /// The section of RFC 6455 that asks for the refusal.
    pub fn section(self) -> &'static str {
        match self {
            Self::NothingToContinue | Self::MessageUnderWay(_) => "5.4",
            Self::InvalidUtf8(_) => "8.1",
            Self::TooLarge(_) | Self::TooManyFragments(_) => "10.4",
        }
    }
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingToContinue => {
                f.write_str("a continuation, and no message has begun")?;
            }
            Self::MessageUnderWay(opcode) => {
                write!(f, "a {opcode} frame within a message that has not ended")?;
            }
            Self::TooLarge(1) => f.write_str("a message of more than 1 byte")?,
            Self::TooLarge(limit) => write!(f, "a message of more than {limit} bytes")?,
            Self::TooManyFragments(1) => {
                f.write_str("a message of more than 1 fragment")?;
            }
            Self::TooManyFragments(limit) => {
                write!(f, "a message of more than {limit} fragments")?;
            }
            Self::InvalidUtf8(error) => write!(f, "a text that is {error}")?,
        }
        write!(f, " (RFC 6455 §{})", self.section())
    }
}

impl std::error::Error for MessageError {}

impl From<InvalidUtf8> for MessageError {
    fn from(error: InvalidUtf8) -> Self {
        Self::InvalidUtf8(error)
    }
}
