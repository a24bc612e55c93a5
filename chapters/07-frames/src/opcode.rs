//! What a frame is.

use std::fmt;

/// The four bits that say what a payload is (RFC 6455 §5.2, §11.8). The ten values that
/// are reserved have none: a frame with one of those is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Opcode {
    /// More of the message that an earlier frame began.
    Continuation = 0x0,
    /// A message of text, or its beginning.
    Text = 0x1,
    /// A message of any bytes, or its beginning.
    Binary = 0x2,
    /// The last frame of its direction.
    Close = 0x8,
    /// Asks for a pong.
    Ping = 0x9,
    /// Answers a ping, or says unasked that this end is there.
    Pong = 0xa,
}

impl Opcode {
    /// The opcode with this number, 0 to 15. `None` for those that RFC 6455 §5.2 reserves.
    #[inline]
    pub fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            _ => return None,
        })
    }

    /// Its number, 0 to 15.
    #[inline]
    pub fn bits(self) -> u8 {
        self as u8
    }

    /// Whether this is a control frame (§5.5): a close, a ping or a pong. All others are
    /// data frames (§5.6).
    #[inline]
    pub fn is_control(self) -> bool {
        self.bits() & 0x8 != 0
    }
}

impl fmt::Display for Opcode {
    /// Its name in the RFC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
        })
    }
}
