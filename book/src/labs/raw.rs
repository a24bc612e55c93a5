//! Bytes that a reader wrote by hand, sent as they are.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

/// The most bytes in one go: enough to pass every limit that is worth meeting.
pub(crate) const MOST_BYTES: usize = 4 << 10;
/// How long an answer is waited for: longer than the server waits for half a head.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was written wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// An escape that does not exist, in which line.
    Escape { line: usize, found: String },
    /// Too many bytes.
    TooLong(usize),
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escape { line, found } => write!(
                f,
                "line {line}: there is no escape {found}; there are \\r \\n \\t \\\\ and \
                 \\xNN with two hex digits"
            ),
            Self::TooLong(length) => write!(
                f,
                "{length} bytes; a lab sends at most {MOST_BYTES} in one go"
            ),
        }
    }
}

/// Reads what [`wiretap::escape`] writes. Line breaks in the text are for the eye: the
/// bytes have those that are written as `\r` and `\n`.
pub(crate) fn unescape(text: &str) -> Result<Vec<u8>, Mistake> {
    let mut bytes = Vec::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        let mut rest = line;
        while let Some((plain, escape)) = rest.split_once('\\') {
            bytes.extend_from_slice(plain.as_bytes());
            let (byte, length) = escaped(escape).ok_or_else(|| Mistake::Escape {
                line: index + 1,
                found: format!("\\{}", escape.chars().take(3).collect::<String>()),
            })?;
            bytes.push(byte);
            rest = &escape[length..];
        }
        bytes.extend_from_slice(rest.as_bytes());
    }
    match bytes.len() {
        ..=MOST_BYTES => Ok(bytes),
        length => Err(Mistake::TooLong(length)),
    }
}

/// The byte that an escape stands for, and the escape's length without its backslash.
fn escaped(escape: &str) -> Option<(u8, usize)> {
    match escape.as_bytes() {
        [b'r', ..] => Some((b'\r', 1)),
        [b'n', ..] => Some((b'\n', 1)),
        [b't', ..] => Some((b'\t', 1)),
        [b'\\', ..] => Some((b'\\', 1)),
        [b'x', high, low, ..] => {
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            let value = digit(high)? * 16 + digit(low)?;
            Some((u8::try_from(value).ok()?, 3))
        }
        _ => None,
    }
}
