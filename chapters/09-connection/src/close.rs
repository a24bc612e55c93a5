//! Close codes and the payload of a Close frame (RFC 6455 §5.5.1, §7.4).

use std::fmt;

/// The longest payload of a control frame, in bytes (§5.5).
pub(crate) const MAX_CONTROL: usize = 125;

/// The longest reason for a close, in bytes: what is left of a control frame's payload
/// behind the code.
pub const MAX_REASON: usize = MAX_CONTROL - 2;

/// A code that may stand in a Close frame.
///
/// Those that may not, 1005, 1006 and 1015 among them, cannot be made into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloseCode(u16);

impl CloseCode {
    /// What was to be done is done.
    pub const NORMAL: Self = Self(1000);
    /// This end goes away: a server that stops, a page that is left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke a rule of the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// A kind of data that this end does not take, binary for instance.
    pub const UNSUPPORTED: Self = Self(1003);
    /// A text that is not UTF-8, or other data that is not what it says it is.
    pub const INVALID_DATA: Self = Self(1007);
    /// A rule of the application was broken.
    pub const POLICY: Self = Self(1008);
    /// A message that is larger than this end takes.
    pub const TOO_LARGE: Self = Self(1009);
    /// An extension is missing that this client cannot do without.
    pub const EXTENSION_MISSING: Self = Self(1010);
    /// The server cannot go on.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The server restarts: come back soon.
    pub const RESTART: Self = Self(1012);
    /// The server has too much to do: come back later.
    pub const TRY_AGAIN_LATER: Self = Self(1013);

    /// This code, if it may stand in a Close frame: 1000 to 1003, 1007 to 1014, or 3000 to
    /// 4999 (§7.4.1, §7.4.2, and the registry that §11.7 made).
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            // Below 1000 nothing is used, 1004 is reserved, and 1005, 1006 and 1015 are
            // for an end to tell itself: they MUST NOT be sent (§7.4.1).
            _ => None,
        }
    }

    /// As a number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why the payload of a Close frame is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseError {
    /// A single byte, where a code has two.
    OneByte,
    /// A code that may not be sent.
    Code(u16),
    /// A reason that is not UTF-8.
    Reason,
}

impl CloseError {
    /// The code with which the connection fails.
    pub fn close_code(self) -> CloseCode {
        match self {
            Self::OneByte | Self::Code(_) => CloseCode::PROTOCOL_ERROR,
            Self::Reason => CloseCode::INVALID_DATA,
        }
    }
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneByte => {
                f.write_str("a Close frame with one byte (RFC 6455 §5.5.1)")
            }
            Self::Code(code) => {
                write!(f, "a Close frame with the code {code} (RFC 6455 §7.4)")
            }
            Self::Reason => f.write_str("a reason that is not UTF-8 (RFC 6455 §5.5.1)"),
        }
    }
}

impl std::error::Error for CloseError {}

/// Reads the payload of a Close frame: nothing, or a code and a reason, which is often
/// empty.
///
/// # Errors
///
/// When it is neither.
pub fn parse_close(payload: &[u8]) -> Result<Option<(CloseCode, &str)>, CloseError> {
    match payload {
        [] => Ok(None),
        // If there is a body, its first two bytes MUST be a code (§5.5.1).
        [_] => Err(CloseError::OneByte),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            let code = CloseCode::new(code).ok_or(CloseError::Code(code))?;
            // §5.5.1 with §8.1: a reason is UTF-8.
            let reason = std::str::from_utf8(reason).map_err(|_| CloseError::Reason)?;
            Ok(Some((code, reason)))
        }
    }
}
